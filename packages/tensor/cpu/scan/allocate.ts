// Memory for results. A Float32Array with a buffer of its own costs V8 half a microsecond, more than a whole time step
// of a small population takes; a view into a larger buffer costs a twentieth of that.

/** Numbers in the buffer that small results share, 64 KiB. */
const sharedLength = 1 << 14;

/** Results longer than this get a buffer of their own, so that keeping one keeps little else alive. */
const longest = 1 << 10;

let shared = new Float32Array(0).buffer;
let used = 0;

/** `length` fresh zeros. Nothing is ever handed out twice. */
export function allocate(length: number): Float32Array<ArrayBuffer> {
  if (length > longest) return new Float32Array(length);
  if (used + length > shared.byteLength / 4) {
    shared = new ArrayBuffer(sharedLength * 4);
    used = 0;
  }
  const offset = used * 4;
  used += length;
  return new Float32Array(shared, offset, length);
}

/** A copy of `length` numbers from `start` on. */
export function copyOf(
  from: Float32Array,
  start: number,
  length: number,
): Float32Array<ArrayBuffer> {
  // Made from its numbers, a large array isn't filled with zeros first.
  if (length > longest) return new Float32Array(from.subarray(start, start + length));
  const copy = allocate(length);
  copy.set(from.subarray(start, start + length));
  return copy;
}

/** Copies of several arrays that lie close together, in ascending order. */
export function copyTogether(
  from: Float32Array,
  starts: readonly number[],
  lengths: readonly number[],
): Float32Array<ArrayBuffer>[] {
  if (starts.length === 0) return [];
  const last = starts.length - 1;
  const total = starts[last] + lengths[last] - starts[0];
  if (total > longest) return starts.map((start, i) => copyOf(from, start, lengths[i]));
  const { buffer, byteOffset } = copyOf(from, starts[0], total);
  const copies: Float32Array<ArrayBuffer>[] = [];
  for (let i = 0; i < starts.length; i++) {
    const offset = byteOffset + 4 * (starts[i] - starts[0]);
    copies.push(new Float32Array(buffer, offset, lengths[i]));
  }
  return copies;
}
