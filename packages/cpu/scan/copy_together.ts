// Results, copied from the kernels' memory.
import { allocate, longestShared, place } from "../allocate.ts";

/** A copy of `length` numbers from `start` on. */
export function copyOf(
  from: Float32Array,
  start: number,
  length: number,
): Float32Array<ArrayBuffer> {
  const part = from.subarray(start, start + length);
  // Made from its numbers, a large array isn't filled with zeros first.
  if (length > longestShared) return new Float32Array(part);
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
  if (total > longestShared) {
    for (let i = 0; i < count; i++) copies[i] = copyOf(from, starts[i], lengths[i]);
    return copies;
  }
  const { numbers, at } = place(total);
  numbers.set(from.subarray(first, first + total), at);
  const { buffer } = numbers;
  for (let i = 0; i < count; i++) {
    copies[i] = new Float32Array(buffer, 4 * (at + starts[i] - first), lengths[i]);
  }
  return copies;
}
