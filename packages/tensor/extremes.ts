import { resolveAxis, showShape, sizeOf } from "@spikeloop/backend";
import { fail } from "@spikeloop/errors";
import * as e from "@spikeloop/expr";
import { type AxisOption, reducedShape, resolveAxes } from "./axes.ts";
import { checkTensor } from "./check_tensor.ts";
import { tensor } from "./create.ts";
import { operation } from "./elementwise.ts";
import { slice, stack, transpose } from "./movement.ts";
import { reshape } from "./reshape.ts";
import { runExtreme } from "./run_skeletons.ts";
import { isTracked, record } from "./tape.ts";
import { Tensor } from "./tensor.ts";

/** The most elements of an axis whose indices are all float32 numbers. */
const mostIndices = 2 ** 24;

/** The extents of a reduction over the middle axis. */
type Extents = readonly [outer: number, axis: number, inner: number];

function extentsOf(x: Tensor, axes: readonly number[]): Extents {
  const [first, end] = [axes[0], axes[axes.length - 1] + 1];
  return [
    sizeOf(x.shape.slice(0, first)),
    sizeOf(x.shape.slice(first, end)),
    sizeOf(x.shape.slice(end)),
  ];
}

/** Throws a RangeError if one of the axes of `x` is empty. */
export function checkNotEmpty(name: string, x: Tensor, axes: readonly number[]): void {
  if (axes.some((a) => x.shape[a] === 0)) {
    const action = `run ${name} over an empty axis`;
    fail(action, `the tensor has shape ${showShape(x.shape)}`, RangeError);
  }
}

function extreme(name: "max" | "min", x: Tensor, option: AxisOption | undefined): Tensor {
  checkTensor(name, "x", x);
  const resolved = resolveAxes(option, x.shape.length, name);
  const { axes } = resolved;
  if (axes.length === 0) return x;
  checkNotEmpty(name, x, axes);
  const shape = reducedShape(x.shape, resolved);
  if (axes.some((a, i) => a !== axes[0] + i)) {
    // Axes that are apart are moved to the end first.
    const rest = x.shape.flatMap((_, i) => axes.includes(i) ? [] : [i]);
    const together = transpose(x, [...rest, ...axes]);
    return reshape(extreme(name, together, axes.map((_, i) => rest.length + i)), shape);
  }
  const extents = extentsOf(x, axes);
  if (extents[1] > mostIndices && isTracked(x)) {
    return reshape(extremeOfParts(name, x, extents), shape);
  }
  const storage = runExtreme(x.backend, name, x.storage, ...extents);
  const tapeIndex = record([x], ([g]) => [g && toFirst(name, x, g, extents)]);
  return new Tensor(x.backend, storage, shape, x.binary, tapeIndex);
}

/** `extreme` over the middle axis in parts, whose gradients find their elements by index. */
function extremeOfParts(name: "max" | "min", x: Tensor, extents: Extents): Tensor {
  const [outer, axis] = extents;
  const whole = reshape(x, extents);
  const parts: Tensor[] = [];
  for (let at = 0; at < axis; at += mostIndices) {
    parts.push(extreme(name, slice(whole, [0, at], [outer, at + mostIndices]), 1));
  }
  return extreme(name, stack(parts), 0);
}

const whereEqual = /* @__PURE__ */ operation(
  "the gradient of an extreme",
  3,
  ([g, index, own]) => [e.select(e.equal(index, own), g, 0)],
);

/** `g` at the extreme element (the first of equals), 0 elsewhere. */
function toFirst(name: "max" | "min", x: Tensor, g: Tensor, extents: Extents): Tensor {
  const [outer, axis, inner] = extents;
  const { backend } = x;
  const storage = runExtreme(backend, `arg${name}`, x.storage, ...extents);
  const index = new Tensor(backend, storage, [outer, 1, inner]);
  const indices = new Float32Array(axis);
  for (let i = 0; i < axis; i++) indices[i] = i;
  const own = tensor(indices, [axis, 1], { backend });
  return reshape(whereEqual([reshape(g, [outer, 1, inner]), index, own])[0], x.shape);
}

/**
 * The largest element over one axis, several or all; see `sum` for the axes. NaN wins. The gradient
 * flows to the first of equal elements.
 *
 * For tensors. Equations of a neuron or a surrogate take `max` of `@spikeloop/expr`.
 *
 * @throws {TypeError} if x is no tensor, or an option is unknown or of the wrong kind.
 * @throws {RangeError} if there is no such axis, one is named twice, or one is empty.
 *
 * @example
 * ```ts
 * import { max, tensor } from "@spikeloop/tensor";
 * import { assert } from "@std/assert";
 *
 * assert(max(tensor([[1, 4], [3, 2]]), 1).dataSync()[1] === 3);
 * ```
 */
export function max(x: Tensor, option?: AxisOption): Tensor {
  return extreme("max", x, option);
}

/**
 * The smallest element over one axis, several or all; see `sum` for the axes. NaN wins. The
 * gradient flows to the first of equal elements.
 *
 * For tensors. Equations of a neuron or a surrogate take `min` of `@spikeloop/expr`.
 *
 * @throws {TypeError} if x is no tensor, or an option is unknown or of the wrong kind.
 * @throws {RangeError} if there is no such axis, one is named twice, or one is empty.
 *
 * @example
 * ```ts
 * import { min, tensor } from "@spikeloop/tensor";
 * import { assert } from "@std/assert";
 *
 * assert(min(tensor([[1, 4], [3, 2]])).item() === 1);
 * ```
 */
export function min(x: Tensor, option?: AxisOption): Tensor {
  return extreme("min", x, option);
}

function argExtreme(name: "argmax" | "argmin", x: Tensor, axis: number): Tensor {
  checkTensor(name, "x", x);
  const axes = [resolveAxis(axis, x.shape.length, name)];
  checkNotEmpty(name, x, axes);
  const extents = extentsOf(x, axes);
  if (extents[1] > mostIndices) {
    const problem = `it has ${extents[1]} elements, and float32 holds indices up to 2²⁴`;
    fail(`run ${name} along axis ${axes[0]}`, problem, RangeError);
  }
  const storage = runExtreme(x.backend, name, x.storage, ...extents);
  return new Tensor(x.backend, storage, reducedShape(x.shape, { axes, keepDims: false }));
}

/**
 * The index of the first largest element along an axis; NaN wins. It has no gradient.
 *
 * @throws {TypeError} if x is no tensor, or the axis is no number.
 * @throws {RangeError} if there is no such axis, it is empty, or has more than 2²⁴ elements.
 *
 * @example
 * ```ts
 * import { argmax, tensor } from "@spikeloop/tensor";
 * import { assert } from "@std/assert";
 *
 * assert(argmax(tensor([3, 7, 7]), 0).item() === 1);
 * ```
 */
export function argmax(x: Tensor, axis: number): Tensor {
  return argExtreme("argmax", x, axis);
}

/**
 * The index of the first smallest element along an axis; NaN wins. It has no gradient.
 *
 * @throws {TypeError} if x is no tensor, or the axis is no number.
 * @throws {RangeError} if there is no such axis, it is empty, or has more than 2²⁴ elements.
 *
 * @example
 * ```ts
 * import { argmin, tensor } from "@spikeloop/tensor";
 * import { assert } from "@std/assert";
 *
 * assert(argmin(tensor([3, 7, 3]), -1).item() === 0);
 * ```
 */
export function argmin(x: Tensor, axis: number): Tensor {
  return argExtreme("argmin", x, axis);
}
