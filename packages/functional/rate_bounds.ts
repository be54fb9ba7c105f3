import { checkOptions, refuse, takeNumber } from "@spikeloop/errors";
import * as e from "@spikeloop/expr";
import { elementwise, mean, type Tensor } from "@spikeloop/tensor";
import type { SequenceOptions } from "./lengths.ts";
import { meanRate } from "./mean_rate.ts";

/** The options of `rateBounds`. */
export interface RateBoundsOptions extends SequenceOptions {
  /** The fewest spikes per step without a penalty; 0 if missing. */
  readonly lower?: number;
  /** The most spikes per step without a penalty; no bound if missing. */
  readonly upper?: number;
}

/** The square of the distance from an interval. */
const outside = /* @__PURE__ */ elementwise("rateBounds", 3, (rate, lower, upper) => {
  const distance = e.add(e.max(e.sub(lower, rate), 0), e.max(e.sub(rate, upper), 0));
  return e.mul(distance, distance);
});

/**
 * The penalty for units that fire too seldom or too often,
 *
 *     mean over units of max(lower - r, 0)² + max(r - upper, 0)²
 *
 * where r is the mean of a unit's spikes over time and rows. Add it to a loss, times a small
 * factor: silent units then get a gradient, and a unit may still fire for some rows only.
 *
 * @param spikes Shape [T, N, ...], usually [T, N, D].
 * @throws {TypeError} if shapes do not fit, or an option is unknown or of the wrong kind.
 * @throws {RangeError} if a bound is negative, `lower` is above `upper`, or T is 0.
 * @throws {RangeError} if a length is no integer from 1 to T.
 *
 * @example
 * ```ts
 * import { rateBounds } from "@spikeloop/functional";
 * import { tensor } from "@spikeloop/tensor";
 * import { assert } from "@std/assert";
 *
 * const spikes = tensor([[[1, 0]], [[1, 0]]]); // two steps of one row of two units
 * assert(rateBounds(spikes, { lower: 0.5, upper: 1 }).item() === 0.125);
 * ```
 */
export function rateBounds(spikes: Tensor, options: RateBoundsOptions): Tensor {
  const action = "run rateBounds";
  checkOptions(action, options, ["lower", "upper", "lengths"]);
  const { lower = 0, upper, ...sequence } = options;
  takeNumber(action, "lower", lower, { min: 0 });
  if (upper !== undefined) takeNumber(action, "upper", upper, { min: 0 });
  if (upper !== undefined && lower > upper) {
    refuse(action, "lower", lower, `at most upper, ${upper}`, RangeError);
  }
  const rate = mean(meanRate("rateBounds", spikes, sequence), 0);
  return mean(outside(rate, lower, upper ?? Infinity));
}
