import { refuse, takeNumber } from "@spikeloop/errors";
import { broadcastTo, Tensor } from "@spikeloop/tensor";
import type { SequenceOptions } from "./lengths.ts";
import { meanRate } from "./mean_rate.ts";
import { meanSquaredError } from "./mean_squared_error.ts";

const action = "run spikeRateLoss";

/**
 * (mean over time of spikes - target)², averaged over units: the distance from firing at a rate.
 *
 * @param spikes Shape [T, ...], usually [T, N, D].
 * @param target Spikes per step: a number, or a tensor that broadcasts to the shape of the spikes
 * without T, such as [D]. For a spike count over T steps, pass count / T.
 * @throws {TypeError} if shapes do not fit, or an option is unknown.
 * @throws {RangeError} if a target that is a number is negative or not finite, or T is 0.
 * @throws {RangeError} if a length is no integer from 1 to T.
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
export function spikeRateLoss(
  spikes: Tensor,
  target: Tensor | number,
  options: SequenceOptions = {},
): Tensor {
  const rate = meanRate("spikeRateLoss", spikes, options);
  if (target instanceof Tensor) return meanSquaredError(rate, broadcastTo(target, rate.shape));
  if (typeof target !== "number") refuse(action, "the target", target, "a number or a tensor");
  return meanSquaredError(rate, takeNumber(action, "the target", target, { min: 0 }));
}
