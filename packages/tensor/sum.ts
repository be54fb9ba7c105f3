// Sums and means, and stretching: summing and stretching are each other's pullback.
import { broadcastStrides, checkShape, sameShape, type Shape, showShape } from "@spikeloop/backend";
import { fail } from "@spikeloop/errors";
import { type AxisOption, reducedShape, resolveAxes } from "./axes.ts";
import { checkTensor } from "./check_tensor.ts";
import { div } from "./functions.ts";
import type { Pullback } from "./gradient_rules.ts";
import { withShape } from "./reshape.ts";
import { runGather, runSum } from "./run_skeletons.ts";
import { passOn, record } from "./tape.ts";
import { Tensor } from "./tensor.ts";

/**
 * The sum over one axis, several or all; negative axes count from the end.
 *
 * @param option The axes: `sum(x)`, `sum(x, 0)`, `sum(x, [0, -1])`, `sum(x, { keepDims: true })`.
 * @throws {TypeError} if x is no tensor, or an option is unknown or of the wrong kind.
 * @throws {RangeError} if there is no such axis, or one is named twice.
 *
 * @example
 * ```ts
 * import { sum, tensor } from "@spikeloop/tensor";
 * import { assert } from "@std/assert";
 *
 * const x = tensor([[1, 2], [3, 4]]);
 * assert(sum(x).item() === 10);
 * assert(sum(x, 0).dataSync()[1] === 6);
 * assert(sum(x, { axis: 1, keepDims: true }).shape[1] === 1);
 * ```
 */
export function sum(x: Tensor, option?: AxisOption): Tensor {
  checkTensor("sum", "x", x);
  if (option !== undefined) return sumAxes(x, option);
  const storage = runSum(x.backend, x.storage, 1, x.size, 1);
  return new Tensor(x.backend, storage, scalar, false, record([x], passOn, true));
}

function sumAxes(x: Tensor, option: AxisOption): Tensor {
  const resolved = resolveAxes(option, x.shape.length, "sum");
  return sumOver(x, resolved.axes, reducedShape(x.shape, resolved));
}

const scalar: Shape = [];

function sizeBetween(extents: Shape, from: number, to: number): number {
  let size = 1;
  for (let i = from; i < to; i++) size *= extents[i];
  return size;
}

/** Sums over ascending axes, the last ones first; neighbours are summed at once. */
function sumOver(x: Tensor, axes: readonly number[], shape: Shape): Tensor {
  let { storage } = x;
  const extents = [...x.shape];
  for (let i = axes.length - 1; i >= 0; i--) {
    const to = axes[i] + 1;
    while (i > 0 && axes[i - 1] === axes[i] - 1) i--;
    const from = axes[i];
    const outer = sizeBetween(extents, 0, from);
    const inner = sizeBetween(extents, to, extents.length);
    storage = runSum(x.backend, storage, outer, sizeBetween(extents, from, to), inner);
    extents.fill(1, from, to);
  }
  const tapeIndex = record([x], pullSumBack, false, extents);
  return new Tensor(x.backend, storage, shape, false, tapeIndex);
}

/** The cotangent with an extent of 1 for every summed axis, which stretches. */
const pullSumBack: Pullback<Shape> = ([g], _, extents) => [g && withShape(g, extents)];

/**
 * The mean over one axis, several or all; see `sum` for the axes. The mean of nothing is NaN.
 *
 * @throws {TypeError} if x is no tensor, or an option is unknown or of the wrong kind.
 * @throws {RangeError} if there is no such axis, or one is named twice.
 *
 * @example
 * ```ts
 * import { mean, tensor } from "@spikeloop/tensor";
 * import { assert } from "@std/assert";
 *
 * assert(mean(tensor([[1, 2], [3, 6]]), 0).dataSync()[1] === 4);
 * ```
 */
export function mean(x: Tensor, option?: AxisOption): Tensor {
  checkTensor("mean", "x", x);
  if (option === undefined && x.backend.mean !== undefined) {
    const tapeIndex = record([x], ([g]) => [g && div(g, x.size)], true);
    return new Tensor(x.backend, x.backend.mean(x.storage), scalar, false, tapeIndex);
  }
  const count = countOf(x, option); // first, so that a wrong option is an error of the mean
  return div(sum(x, option), count);
}

/** The number of elements of `x` in each mean. */
function countOf(x: Tensor, option: AxisOption | undefined): number {
  if (option === undefined) return x.size;
  const { axes } = resolveAxes(option, x.shape.length, "mean");
  return axes.reduce((count, axis) => count * x.shape[axis], 1);
}

/**
 * The sum of `x` over the axes along which a tensor of `shape` was stretched to the shape of `x`.
 */
export function sumTo(x: Tensor, shape: Shape): Tensor {
  if (sameShape(x.shape, shape)) return x;
  const lead = x.shape.length - shape.length;
  const axes: number[] = [];
  for (let i = 0; i < x.shape.length; i++) {
    if (i < lead || shape[i - lead] === 1 && x.shape[i] !== 1) axes.push(i);
  }
  return sumOver(x, axes, shape);
}

/**
 * `x` stretched to `shape`, as in NumPy: aligned at the last axis, extents of 1 are repeated.
 *
 * @throws {TypeError} if x is no tensor, or does not fit.
 * @throws {RangeError} if the shape is not valid.
 *
 * @example
 * ```ts
 * import { broadcastTo, tensor } from "@spikeloop/tensor";
 * import { assert } from "@std/assert";
 *
 * assert(broadcastTo(tensor([[1], [2]]), [2, 3]).dataSync()[4] === 2);
 * ```
 */
export function broadcastTo(x: Tensor, shape: Shape): Tensor {
  checkTensor("broadcastTo", "x", x);
  checkShape(shape, "broadcastTo");
  if (sameShape(x.shape, shape)) return x;
  const lead = shape.length - x.shape.length;
  if (lead < 0 || x.shape.some((n, i) => n !== 1 && n !== shape[i + lead])) {
    const shapes = `shape ${showShape(x.shape)} does not stretch to ${showShape(shape)}`;
    fail("run broadcastTo", shapes);
  }
  return stretchTo(x, [...shape]);
}

/** `broadcastTo` a shape that x stretches to. */
export function stretchTo(x: Tensor, extents: Shape): Tensor {
  if (sameShape(x.shape, extents)) return x;
  const strides = broadcastStrides(x.shape, extents);
  const view = { storage: x.storage, offset: 0, shape: extents, strides };
  const storage = runGather(x.backend, view);
  const tapeIndex = record([x], ([g]) => [g && sumTo(g, x.shape)]);
  return new Tensor(x.backend, storage, extents, x.binary, tapeIndex);
}
