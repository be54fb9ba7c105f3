import type { Storage, View } from "../storage.ts";
import { sizeOf } from "../shape.ts";
import { hostArray } from "../host_storage.ts";

type Window = Omit<View, "storage">;

/** Visits every element of a window in row-major order: its place in the window, its place in the storage. */
function visit({ offset, shape, strides }: Window, f: (index: number, at: number) => void): void {
  let index = 0;
  const walk = (axis: number, at: number) => {
    if (axis === shape.length) return f(index++, at);
    for (let i = 0; i < shape[axis]; i++) walk(axis + 1, at + i * strides[axis]);
  };
  walk(0, offset);
}

/** A contiguous copy of a view. */
export function evaluateGather({ storage, ...window }: View): Float32Array {
  const source = hostArray(storage);
  const result = new Float32Array(sizeOf(window.shape));
  visit(window, (index, at) => result[index] = source[at]);
  return result;
}

/** Zeros, with every part's data written where its window says. */
export function evaluateScatter(
  length: number,
  parts: readonly { readonly data: Storage; readonly into: Window }[],
): Float32Array {
  const result = new Float32Array(length);
  for (const { data, into } of parts) {
    const source = hostArray(data);
    visit(into, (index, at) => result[at] = source[index]);
  }
  return result;
}
