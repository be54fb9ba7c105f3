// Fresh zeros for results. A Float32Array with a buffer of its own costs V8 half a microsecond, more than a whole time
// step of a small population takes; a view into a larger buffer costs a twentieth of that.

/** Numbers in the buffer that small results share, 64 KiB. */
const sharedLength = 1 << 14;

/** Results longer than this get a buffer of their own, so that keeping one keeps little else alive. */
const longest = 1 << 11;

let shared = new Float32Array(0).buffer;
let used = 0;

/** A place of `length` fresh zeros, and how far into the buffer it lies. */
export interface Block {
  /** The memory, which others may use other parts of. */
  readonly buffer: ArrayBuffer;
  /** In bytes. */
  readonly offset: number;
}

/** Room for `length` numbers, for results that are made together. Nothing is ever handed out twice. */
export function allocateBlock(length: number): Block {
  if (length > longest) return { buffer: new ArrayBuffer(length * 4), offset: 0 };
  if (used + length > shared.byteLength / 4) {
    shared = new ArrayBuffer(sharedLength * 4);
    used = 0;
  }
  const offset = used * 4;
  used += length;
  return { buffer: shared, offset };
}

/** `length` fresh zeros. */
export function allocate(length: number): Float32Array<ArrayBuffer> {
  const { buffer, offset } = allocateBlock(length);
  return new Float32Array(buffer, offset, length);
}

/** A copy of `length` numbers from `start` on. */
export function copyToBlock(from: Float32Array, start: number, length: number): Block {
  if (length > longest) {
    // slice does not clear the memory first
    const { buffer } = from.slice(start, start + length);
    return { buffer: buffer as ArrayBuffer, offset: 0 };
  }
  const block = allocateBlock(length);
  new Float32Array(block.buffer, block.offset, length).set(from.subarray(start, start + length));
  return block;
}
