// Fresh zeros for results, and zeros that are known to stay zero.
//
// A Float32Array with a buffer of its own costs V8 half a microsecond and more, which is more than
// a small kernel takes; a view into a larger buffer costs a twentieth of that. So small results
// share buffers. A shared buffer lives as long as one of its views does: the tiny share with the
// tiny, so that a loss which a program keeps for long keeps little else alive.
import type { Storage } from "@spikeloop/backend";

const none = new Float32Array(0);
const longestTiny = 64;
/** Memory that results share, in buffers of `length`: tiny ones those of up to `longestTiny`. */
const poolOf = (length: number) => ({ length, numbers: none, buffer: none.buffer, used: length });
const tiny = /* @__PURE__ */ poolOf(1 << 10);
const small = /* @__PURE__ */ poolOf(1 << 14);

let keepsFreed = false;

/**
 * Frees 31 MB, untouched, the first time. From then on the C library of Linux keeps what is freed,
 * and gives it to the next results; before, it returns it to the system, which clears every page.
 */
export function keepFreed(): void {
  if (keepsFreed) return;
  keepsFreed = true;
  new ArrayBuffer(31 << 20).transfer?.(0); // old engines free it when they collect
}

/** Results of more numbers have a buffer of their own. */
export const longestShared: number = 1 << 11;

/**
 * Room for up to `longestShared` numbers, all zero: the last `length` of those that are used. No
 * room is handed out twice.
 */
export function place(length: number): typeof small {
  const pool = length > longestTiny ? small : tiny;
  if (pool.used + length >= pool.length) {
    keepFreed();
    pool.numbers = new Float32Array(pool.length);
    pool.buffer = pool.numbers.buffer;
    pool.used = 0;
  }
  pool.used += length;
  return pool;
}

/** `length` fresh zeros. Where that is no length, nothing shared is touched. */
export function allocate(length: number): Float32Array<ArrayBuffer> {
  if (!(length <= longestShared && length >= 0)) return new Float32Array(length);
  const { buffer, used } = place(length);
  return new Float32Array(buffer, 4 * (used - length), length);
}

let findRoom: ((length: number) => Float32Array<ArrayBuffer> | undefined) | undefined;

/** Lets `f` use memory that `find` finds. */
export function withRoom<R>(find: typeof findRoom, f: () => R): R {
  const before = findRoom;
  findRoom = find;
  try {
    return f();
  } finally {
    findRoom = before;
  }
}

/** Room for a result every number of which the caller writes. */
export function room(length: number): Float32Array<ArrayBuffer> {
  return findRoom?.(length) ?? allocate(length);
}

/** A copy in such room. Made of its numbers, a large array is not filled with zeros first. */
export function copyOf(numbers: Float32Array): Float32Array<ArrayBuffer> {
  const { length } = numbers;
  const found = findRoom?.(length);
  if (found === undefined && length > longestShared) return new Float32Array(numbers);
  const copy = found ?? allocate(length);
  copy.set(numbers);
  return copy;
}

/** A buffer of zeros that nobody writes to. */
let zeros: ArrayBuffer | undefined;

/** More zeros than these, 1 MiB, do not stay. */
const mostZeros = 262_144;

/** `length` zeros that nobody writes to, such as a neuron's state at rest. */
export function zeroStorage(length: number): Float32Array<ArrayBuffer> {
  if (length <= longestShared || length > mostZeros) return allocate(length);
  if (zeros === undefined || 4 * length > zeros.byteLength) zeros = new ArrayBuffer(4 * length);
  return new Float32Array(zeros, 0, length);
}

/** Whether a storage is known to hold zeros, so that a kernel need not read it. */
export function isZeroStorage(storage: Storage): boolean {
  return storage.length > longestShared && storage instanceof Float32Array &&
    storage.buffer === zeros;
}
