import { type AxisOption, resolveAxes } from "./axes.ts";
import { checkTensor } from "./check_tensor.ts";
import { div } from "./functions.ts";
import { sum } from "./sum.ts";
import type { Tensor } from "./tensor.ts";

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
  return div(sum(x, option), countOf(x, option));
}

/** How many elements of `x` each mean is taken over. */
function countOf(x: Tensor, option: AxisOption | undefined): number {
  if (option === undefined) return x.size;
  const { axes } = resolveAxes(option, x.shape.length, "mean");
  return axes.reduce((count, axis) => count * x.shape[axis], 1);
}
