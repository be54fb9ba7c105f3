// The fixed memory through which all kernels of this thread stream their tiles. Only its tables outlive a call.

/** Numbers in the scratch memory, 2 MiB: what a kernel touches of it at a time stays in the first or second cache. */
export const scratchLength = 1 << 19;

/** Where the tables begin, in numbers; up to here the memory is free. */
export const freeLength = scratchLength - 96;

/** Starts of the tables, in numbers. */
export const tables = {
  /** For each of the 16 sets of four lanes, as a bit mask: 4 times the number of each of its lanes. */
  lanes: freeLength,
  /** Sixteen words of ones, then sixteen of zeros: from 16 - r on, the mask of the first r of 16 numbers. */
  masks: freeLength + 64,
} as const;

/** The scratch memory and the numbers in it. */
export interface Scratch {
  /** What kernels import. */
  readonly memory: WebAssembly.Memory;
  /** All of it as float32. */
  readonly floats: Float32Array;
}

let made: Scratch | undefined;

/** The scratch memory, made when it is first needed. */
export function scratch(): Scratch {
  if (made === undefined) {
    const pages = scratchLength * 4 / 65536;
    const memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
    fillTables(new Int32Array(memory.buffer));
    made = { memory, floats: new Float32Array(memory.buffer) };
  }
  return made;
}

function fillTables(words: Int32Array): void {
  for (let set = 0; set < 16; set++) {
    const lanes = [0, 1, 2, 3].filter((lane) => set >> lane & 1);
    lanes.forEach((lane, i) => words[tables.lanes + 4 * set + i] = 4 * lane);
  }
  words.fill(-1, tables.masks, tables.masks + 16);
}

/** Numbers per copy below which a loop beats `Float32Array.set`. */
const short = 16;

/** Copies the `count` numbers of `source` from `from` on into `target` at `to`. */
export function copy(
  source: Float32Array,
  from: number,
  count: number,
  target: Float32Array,
  to: number,
): void {
  if (count <= short) { for (let i = 0; i < count; i++) target[to + i] = source[from + i]; }
  else if (from === 0 && count === source.length) target.set(source, to);
  else target.set(source.subarray(from, from + count), to);
}
