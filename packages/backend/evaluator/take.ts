import { hostArray } from "../host_storage.ts";
import type { Storage } from "../storage.ts";

/** Copies slices by their indices along the middle axis; NaN where there is no such slice. */
export function evaluateTake(
  x: Storage,
  indices: Storage,
  outer: number,
  axis: number,
  inner: number,
): Float32Array {
  const [source, list] = [hostArray(x), hostArray(indices)];
  const result = new Float32Array(outer * list.length * inner);
  let to = 0;
  for (let o = 0; o < outer; o++) {
    for (const index of list) {
      const isSlice = Number.isInteger(index) && index >= 0 && index < axis;
      for (let i = 0; i < inner; i++) {
        result[to++] = isSlice ? source[(o * axis + index) * inner + i] : NaN;
      }
    }
  }
  return result;
}

/** Adds slices to zeros by their indices along the middle axis, one after another. */
export function evaluateScatterAdd(
  slices: Storage,
  indices: Storage,
  outer: number,
  axis: number,
  inner: number,
): Float32Array {
  const [source, list] = [hostArray(slices), hostArray(indices)];
  const result = new Float32Array(outer * axis * inner);
  let from = 0;
  for (let o = 0; o < outer; o++) {
    for (const index of list) {
      const isSlice = Number.isInteger(index) && index >= 0 && index < axis;
      for (let i = 0; i < inner; i++, from++) {
        if (isSlice) result[(o * axis + index) * inner + i] += source[from];
      }
    }
  }
  return result;
}
