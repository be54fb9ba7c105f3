// Fresh zeros for results. A Float32Array with a buffer of its own costs V8 half a microsecond and more, which is more
// than a small kernel takes; a view into a larger buffer costs a twentieth of that. So small results share buffers. A
// shared buffer lives as long as one of its views does: what is tiny shares with what is tiny, so that a loss which is
// kept for long keeps little else alive.

/** Buffers shared by results of up to `longest` numbers. */
interface Pool {
  readonly longest: number;
  /** Numbers in one buffer. */
  readonly length: number;
  buffer: ArrayBuffer | undefined;
  used: number;
}

const tiny: Pool = { longest: 64, length: 1 << 10, buffer: undefined, used: 0 };
const small: Pool = { longest: 1 << 11, length: 1 << 14, buffer: undefined, used: 0 };

/** A place of fresh zeros in memory. */
export interface Block {
  /** The memory, which others may use other parts of. */
  readonly buffer: ArrayBuffer;
  /** In bytes. */
  readonly offset: number;
}

/** Room for `length` numbers, for results that are made together. Nothing is ever handed out twice. */
export function allocateBlock(length: number): Block {
  if (length > small.longest) return { buffer: new ArrayBuffer(length * 4), offset: 0 };
  const pool = length > tiny.longest ? small : tiny;
  const buffer = bufferOf(pool, length);
  const offset = 4 * pool.used;
  pool.used += length;
  return { buffer, offset };
}

/** The pool's buffer, a new one where the last has no room for `length` more numbers. */
function bufferOf(pool: Pool, length: number): ArrayBuffer {
  if (pool.buffer === undefined || pool.used + length > pool.length) {
    pool.buffer = new ArrayBuffer(4 * pool.length);
    pool.used = 0;
  }
  return pool.buffer;
}

/** `length` fresh zeros. */
export function allocate(length: number): Float32Array<ArrayBuffer> {
  if (length > small.longest) return new Float32Array(length);
  const pool = length > tiny.longest ? small : tiny;
  const made = new Float32Array(bufferOf(pool, length), 4 * pool.used, length);
  pool.used += length;
  return made;
}
