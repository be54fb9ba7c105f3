// Summing and stretching: each is the other's pullback.
import { type AxisOption, axisRuns, reducedShape, resolveAxes } from "./axes.ts";
import { broadcastStrides, checkShape, sameShape, type Shape, showShape } from "@spikeloop/backend";
import { checkTensor } from "./check_tensor.ts";
import { reshape } from "./reshape.ts";
import { runGather } from "./skeletons/run_movement.ts";
import { runSum } from "./skeletons/run_reduce.ts";
import { record } from "./tape.ts";
import { Tensor } from "./tensor.ts";

/**
 * The sum over one axis, several or all; negative axes count from the end.
 *
 * @param option Which axes: `sum(x)`, `sum(x, 0)`, `sum(x, [0, -1])`, `sum(x, { axis: 0, keepDims: true })`.
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
  const rank = x.shape.length;
  if (option === undefined) return sumOver(x, [[0, rank]], [], new Array(rank).fill(1));
  const resolved = resolveAxes(option, rank, "sum");
  const { axes } = resolved;
  const kept = reducedShape(x.shape, { axes, keepDims: true });
  return sumOver(x, axisRuns(axes), reducedShape(x.shape, resolved), kept);
}

/** Sums over runs of axes, the last run first. `kept` is the shape of the result with the axes in place. */
function sumOver(
  x: Tensor,
  runs: readonly (readonly [number, number])[],
  shape: Shape,
  kept: Shape,
): Tensor {
  let { storage } = x;
  const extents = [...x.shape];
  const product = (from: number, to: number) => {
    let total = 1;
    for (let i = from; i < to; i++) total *= extents[i];
    return total;
  };
  for (const [from, to] of runs) {
    const [outer, inner] = [product(0, from), product(to, extents.length)];
    storage = runSum(x.backend, storage, outer, product(from, to), inner);
    extents.fill(1, from, to);
  }
  const node = record("sum", [x], ([g]) => [g && broadcastTo(reshape(g, kept), x.shape)]);
  return new Tensor(x.backend, storage, shape, { node });
}

/** The sum of `x` over the axes along which a tensor of shape `shape` was stretched to that of `x`. */
export function sumTo(x: Tensor, shape: Shape): Tensor {
  if (sameShape(x.shape, shape)) return x;
  const lead = x.shape.length - shape.length;
  const axes = x.shape.flatMap((n, i) => i < lead || (shape[i - lead] === 1 && n !== 1) ? [i] : []);
  return reshape(sum(x, { axis: axes, keepDims: true }), shape);
}

/**
 * `x` stretched to `shape`, as NumPy does: aligned at the last axis, extents of 1 are repeated.
 *
 * @throws {TypeError} if x is no tensor, or does not fit.
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
    throw new TypeError(
      `Cannot run broadcastTo: shape ${showShape(x.shape)} does not stretch to ${showShape(shape)}`,
    );
  }
  const strides = broadcastStrides(x.shape, shape);
  const storage = runGather(x.backend, { storage: x.storage, offset: 0, shape, strides });
  const node = record("broadcastTo", [x], ([g]) => [g && sumTo(g, x.shape)]);
  return new Tensor(x.backend, storage, [...shape], { binary: x.binary, node });
}
