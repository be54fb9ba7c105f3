import type { View } from "../backend.ts";

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

/** A contiguous copy of a window. */
export function gather(source: Float32Array, window: Window): Float32Array {
  const result = new Float32Array(window.shape.reduce((p, n) => p * n, 1));
  visit(window, (index, at) => result[index] = source[at]);
  return result;
}

/** Writes contiguous data into a window of `target`. */
export function scatterInto(target: Float32Array, data: Float32Array, window: Window): void {
  visit(window, (index, at) => target[at] = data[index]);
}
