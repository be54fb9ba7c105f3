// The fixed memory through which all kernels of this thread stream their tiles. A call leaves nothing in it.

/** Numbers in the scratch memory, 2 MiB: what the kernels touch of it at a time stays in the first or second cache. */
export const scratchLength = 1 << 19;

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
    made = { memory, floats: new Float32Array(memory.buffer) };
  }
  return made;
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
