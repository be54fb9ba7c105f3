// Memory for results. A Float32Array with a buffer of its own costs V8 half a microsecond, more than a whole time step
// of a small population takes; a view into a larger buffer costs a twentieth of that.

/** Numbers in the buffer that small results share, 64 KiB. */
const sharedLength = 1 << 14;

/** Results longer than this get a buffer of their own, so that keeping one keeps little else alive. */
const longest = 1 << 10;

let shared = new Float32Array(0);
let used = 0;

/** Where the next `length` numbers of the shared buffer are. Nothing is ever handed out twice. */
function take(length: number): number {
  if (used + length > shared.length) {
    shared = new Float32Array(sharedLength);
    used = 0;
  }
  const at = used;
  used += length;
  return at;
}

/** `length` fresh zeros. */
export function allocate(length: number): Float32Array<ArrayBuffer> {
  if (length > longest) return new Float32Array(length);
  const at = take(length);
  return new Float32Array(shared.buffer, 4 * at, length);
}

/** A copy of `length` numbers from `start` on. */
export function copyOf(
  from: Float32Array,
  start: number,
  length: number,
): Float32Array<ArrayBuffer> {
  const part = from.subarray(start, start + length);
  // Made from its numbers, a large array isn't filled with zeros first.
  if (length > longest) return new Float32Array(part);
  const copy = allocate(length);
  copy.set(part);
  return copy;
}

/** Several arrays in one. */
export interface Ranges {
  /** Where they start, in ascending order. */
  readonly starts: readonly number[];
  readonly lengths: readonly number[];
}

/** Copies of several arrays that lie close together. */
export function copyTogether(
  from: Float32Array,
  { starts, lengths }: Ranges,
): Float32Array<ArrayBuffer>[] {
  const count = starts.length;
  const copies = new Array<Float32Array<ArrayBuffer>>(count);
  if (count === 0) return copies;
  const first = starts[0];
  const total = starts[count - 1] + lengths[count - 1] - first;
  if (total > longest) {
    for (let i = 0; i < count; i++) copies[i] = copyOf(from, starts[i], lengths[i]);
    return copies;
  }
  const at = take(total);
  shared.set(from.subarray(first, first + total), at);
  const { buffer } = shared;
  for (let i = 0; i < count; i++) {
    copies[i] = new Float32Array(buffer, 4 * (at + starts[i] - first), lengths[i]);
  }
  return copies;
}
