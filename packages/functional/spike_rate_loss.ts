import { fail, refuse, takeNumber } from "@spikeloop/errors";
import { broadcastTo, checkTensor, mean, Tensor } from "@spikeloop/tensor";
import { showShape } from "@spikeloop/backend";
import { meanSquaredError } from "./mean_squared_error.ts";

const action = "run spikeRateLoss";

/**
 * (mean over time of spikes - target)², averaged over units: the distance from firing at a rate.
 *
 * @param spikes Shape [T, ...], usually [T, N, D].
 * @param target Spikes per step: a number, or a tensor that broadcasts to the shape of the spikes
 * without T, such as [D]. For a spike count over T steps, pass count / T.
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
    fail(action, `spikes have shape ${showShape(spikes.shape)}, expected [T, N, D]`);
  }
  if (spikes.shape[0] === 0) {
    fail(
      `${action} over no time steps`,
      `spikes have shape ${showShape(spikes.shape)}, expected T of at least 1`,
      RangeError,
    );
  }
  const rate = mean(spikes, 0);
  if (target instanceof Tensor) return meanSquaredError(rate, broadcastTo(target, rate.shape));
  if (typeof target !== "number") refuse(action, "the target", target, "a number or a tensor");
  return meanSquaredError(rate, takeNumber(action, "the target", target, { min: 0 }));
}
