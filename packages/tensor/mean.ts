import { div } from "./functions.ts";
import { type AxisOption, resolveAxes, sum } from "./sum.ts";
import type { Tensor } from "./tensor.ts";

/**
 * The mean over one axis, several or all. The mean of nothing is NaN.
 *
 * @throws {RangeError} if there is no such axis.
 */
export function mean(x: Tensor, option?: AxisOption): Tensor {
  const { axes } = resolveAxes(option, x.shape.length, "mean");
  const count = axes.reduce((p, a) => p * x.shape[a], 1);
  return div(sum(x, option), count);
}
