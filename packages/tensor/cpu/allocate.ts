// A Float32Array with a buffer of its own costs V8 half a microsecond and more, a view into a larger buffer a
// twentieth of that. So small results share buffers. A shared buffer lives as long as one of its views does: it is
// kept small, so that a result which is kept for long keeps little else alive.

/** Numbers in a shared buffer, 8 KiB. */
const sharedLength = 2048;

/** Results longer than this get a buffer of their own. */
const longest = 256;

let shared: ArrayBuffer | undefined;
let used = sharedLength;

/** A new array of `length` zeros. Nothing is ever handed out twice. */
export function allocate(length: number): Float32Array<ArrayBuffer> {
  if (length > longest) return new Float32Array(length);
  if (shared === undefined || used + length > sharedLength) {
    shared = new ArrayBuffer(4 * sharedLength);
    used = 0;
  }
  const made = new Float32Array(shared, 4 * used, length);
  used += length;
  return made;
}
