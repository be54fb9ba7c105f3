// The memory through which the kernels of this thread stream their tiles. Its length is fixed, and
// only its tables outlive a call.
import type { Source } from "./source.ts";

/** Numbers in the staging memory, 2 MiB: a kernel's tile stays in the first or second cache. */
const stagingLength = 1 << 19;

// Numbers that other files read are literals, which bundlers leave out where nobody does.

/**
 * Where tables begin that kernels look up, in numbers, 96 before its end: 64 words of lanes, for
 * lists of events, and 32 of masks, for sums. Readers write them first. Up to here it is free.
 */
export const freeLength: number = 524_192;

/** The numbers of the staging memory and the arena. */
const end = (1 << 19) + (1 << 24);

/**
 * Numbers behind the staging memory, 64 MiB, in which scopes keep their results: kernels read them
 * there. Memory that nothing has been written to takes none.
 */
export const arena = { start: stagingLength, end } as const;

function makeStaging() {
  const pages = end * 4 / 65536;
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
  return {
    memory,
    buffer: memory.buffer as ArrayBuffer,
    floats: new Float32Array(memory.buffer, 0, stagingLength),
  };
}

let shared: ReturnType<typeof makeStaging> | undefined;

/** The staging memory, which kernels import, and the numbers in it; made when first needed. */
export function staging(): ReturnType<typeof makeStaging> {
  return shared ??= makeStaging();
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
