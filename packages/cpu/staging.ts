// The memory through which kernels of this thread stream their tiles. Its tables outlive a call.
import type { Source } from "./source.ts";

// Numbers that other files read are literals, which bundlers leave out where nobody does.

/**
 * Numbers in the staging memory, 2 MiB: a kernel's tile stays in the first or second cache. Behind
 * them lies the arena, in which scopes keep results that kernels read there.
 */
export const stagingLength = 524_288;

/**
 * Where tables begin that kernels look up, in numbers, 96 before its end: 64 words of lanes, for
 * lists of events, and 32 of masks, for sums. Readers write them first. Up to here it is free.
 */
export const freeLength: number = 524_192;

/** Pages of both, 6 MiB at first and 66 at most: collectors count them, used or not. */
const pages = { initial: 96, maximum: 1056 } as const;

const viewsOf = (memory: WebAssembly.Memory) => ({
  memory,
  buffer: memory.buffer as ArrayBuffer,
  floats: new Float32Array(memory.buffer, 0, stagingLength),
});

let shared: ReturnType<typeof viewsOf> | undefined;

/** The staging memory, which kernels import, and the numbers in it; made when first needed. */
export function staging(): ReturnType<typeof viewsOf> {
  return shared ??= viewsOf(new WebAssembly.Memory(pages));
}

/** How far the arena has had to reach, in numbers. */
let wanted = 0;

/** Notes that the arena should reach up to a number, for `growArena`; whether it does already. */
export function reaches(end: number): boolean {
  wanted = Math.max(wanted, end);
  return 4 * end <= staging().buffer.byteLength;
}

/** Makes the arena reach twice as far as wanted, by pages of 2^14 numbers. It is empty then. */
export function growArena(): void {
  const { memory, buffer } = staging();
  const missing = Math.min(wanted >> 13, pages.maximum) - (buffer.byteLength >> 16);
  if (missing <= 0) return;
  try {
    memory.grow(missing);
    shared = viewsOf(memory);
  } catch { /* Results lie elsewhere. */ }
}

/** Whether numbers lie in the arena behind the memory of `floats`. */
export function isBehind(floats: Float32Array, numbers: Float32Array): boolean {
  return numbers.buffer === floats.buffer;
}

/** Where kernels of maps have their slots, in numbers. Sums keep below. */
export const slotsAt = 262_144;

/** Numbers per copy below which a loop beats `Float32Array.set`. */
const short = 16;

/** Copies the `count` numbers of `source` from `from` on into `target` at `to`. */
export function copy(
  source: Float32Array | Source,
  from: number,
  count: number,
  target: Float32Array,
  to: number,
): void {
  if (!(source instanceof Float32Array)) source.load(from, count, target, to);
  else if (count <= short) { for (let i = 0; i < count; i++) target[to + i] = source[from + i]; }
  else if (from === 0 && count === source.length) target.set(source, to);
  else target.set(source.subarray(from, from + count), to);
}

/** Copies the rectangle [rows, columns] at `from` of an array whose rows are `stride` apart. */
export function copyRectangle(
  source: Float32Array | Source,
  from: number,
  stride: number,
  rows: number,
  columns: number,
  target: Float32Array,
  to: number,
  step = columns,
): void {
  if (columns === stride && columns === step) return copy(source, from, rows * columns, target, to);
  for (let r = 0; r < rows; r++) copy(source, from + r * stride, columns, target, to + r * step);
}
