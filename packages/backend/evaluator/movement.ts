import { hostArray } from "../host_storage.ts";
import { sizeOf } from "../shape.ts";
import type { ScatterPart } from "../skeletons.ts";
import type { View, Window } from "../storage.ts";

/** Calls `f` with every element's index in row-major order and its index in storage. */
function visit({ offset, shape, strides }: Window, f: (index: number, at: number) => void): void {
  let index = 0;
  const walk = (axis: number, at: number) => {
    if (axis === shape.length) return f(index++, at);
    for (let i = 0; i < shape[axis]; i++) walk(axis + 1, at + i * strides[axis]);
  };
  walk(0, offset);
}

/** Copies a view to a contiguous array. */
export function evaluateGather({ storage, ...window }: View): Float32Array {
  const source = hostArray(storage);
  const result = new Float32Array(sizeOf(window.shape));
  visit(window, (index, at) => result[index] = source[at]);
  return result;
}

/** Writes every part into its window of `length` zeros. */
export function evaluateScatter(length: number, parts: readonly ScatterPart[]): Float32Array {
  const result = new Float32Array(length);
  for (const { data, into } of parts) {
    const source = hostArray(data);
    visit(into, (index, at) => result[at] = source[index]);
  }
  return result;
}
