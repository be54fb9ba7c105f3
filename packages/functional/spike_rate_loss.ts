import { describe } from "@spikeloop/errors";
import { broadcastTo, checkTensor, mean, Tensor } from "@spikeloop/tensor";
import { showShape } from "@spikeloop/backend";
import { meanSquaredError } from "./mean_squared_error.ts";

/**
 * How far units are from firing at a given rate: the mean over units of (mean over time of spikes - target)².
 *
 * Spikes are [T, ...], usually [T, N, D]; the target is spikes per step, a number or a tensor that broadcasts to what
 * is left of the spikes without T, such as [D]. A target for a spike count over T steps is count / T.
 *
 * @throws {TypeError} if shapes do not fit.
 * @throws {RangeError} if a target that is a number is negative or not finite, or T is 0.
 *
 * @example
 * ```ts
 * import { spikeRateLoss } from "@spikeloop/functional";
 * import { tensor } from "@spikeloop/tensor";
 * import { assert } from "@std/assert";
 *
 * const spikes = tensor([[[1, 0]], [[1, 0]]]); // two steps of one row of two units
 * assert(spikeRateLoss(spikes, 0).item() === 0.5);
 * assert(spikeRateLoss(spikes, tensor([1, 0])).item() === 0);
 * ```
 */
export function spikeRateLoss(spikes: Tensor, target: Tensor | number): Tensor {
  checkTensor("spikeRateLoss", "spikes", spikes);
  if (spikes.shape.length < 2) {
    throw new TypeError(
      `Cannot run spikeRateLoss: spikes have shape ${showShape(spikes.shape)}, expected [T, N, D]`,
    );
  }
  if (spikes.shape[0] === 0) {
    throw new RangeError(
      `Cannot run spikeRateLoss over no time steps: spikes have shape ${showShape(spikes.shape)}`,
    );
  }
  const rate = mean(spikes, 0);
  if (target instanceof Tensor) return meanSquaredError(rate, broadcastTo(target, rate.shape));
  if (typeof target !== "number") {
    throw new TypeError(
      `Cannot run spikeRateLoss: the target is ${describe(target)}, expected a number or a tensor`,
    );
  }
  if (!Number.isFinite(target) || target < 0) {
    throw new RangeError(
      `Cannot run spikeRateLoss: the target is ${target}, expected a finite number of at least 0`,
    );
  }
  return meanSquaredError(rate, target);
}
