// Fresh zeros for results. A Float32Array with a buffer of its own costs V8 half a microsecond and more, which is more
// than a small kernel takes; a view into a larger buffer costs a twentieth of that. So small results share buffers. A
// shared buffer lives as long as one of its views does: what is tiny shares with what is tiny, so that a loss which is
// kept for long keeps little else alive.

/** Memory shared by results of up to `longest` numbers. */
interface Pool {
  readonly longest: number;
  /** Numbers in one buffer. */
  readonly length: number;
  numbers: Float32Array<ArrayBuffer>;
  used: number;
}

const none = new Float32Array(0);
const tiny: Pool = { longest: 64, length: 1 << 10, numbers: none, used: 0 };
const small: Pool = { longest: 1 << 11, length: 1 << 14, numbers: none, used: 0 };

/** Results of more numbers have a buffer of their own. */
export const longestShared: number = small.longest;

/** Room in memory that others use other parts of. */
export interface Place {
  /** All of the memory. */
  readonly numbers: Float32Array<ArrayBuffer>;
  /** Where the room starts, in numbers. */
  readonly at: number;
}

/** Room for up to `longestShared` numbers, all zero. Nothing is ever handed out twice. */
export function place(length: number): Place {
  const pool = length > tiny.longest ? small : tiny;
  if (pool.used + length > pool.numbers.length) {
    pool.numbers = new Float32Array(pool.length);
    pool.used = 0;
  }
  const at = pool.used;
  pool.used += length;
  return { numbers: pool.numbers, at };
}

/** `length` fresh zeros. */
export function allocate(length: number): Float32Array<ArrayBuffer> {
  if (length > longestShared) return new Float32Array(length);
  const { numbers, at } = place(length);
  return new Float32Array(numbers.buffer, 4 * at, length);
}
