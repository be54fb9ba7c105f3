import {
  abs,
  broadcastTo,
  div,
  greater,
  max,
  min,
  reshape,
  slice,
  sum,
  type Tensor,
  where,
} from "@spikeloop/tensor";

/** How a sequence is read out over time. */
export type ReadOutMode = "last" | "max" | "maxAbs" | "mean";

/**
 * Read-outs, which map a sequence [T, ...] to [...]:
 *
 * - `last`: the last entry.
 * - `max`: the largest. The gradient goes to the first of equals.
 * - `maxAbs`: the maximum if its magnitude is above the minimum's, else the minimum.
 * - `mean`: the mean.
 *
 * @example
 * ```ts
 * import { readOuts } from "@spikeloop/functional";
 * import { tensor } from "@spikeloop/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const ySeq = tensor([1, 2, -2, 1]);
 * const modes = ["last", "max", "maxAbs", "mean"] as const;
 * assertEquals(modes.map((mode) => readOuts[mode](ySeq).item()), [1, 2, -2, 0.5]);
 * ```
 */
export const readOuts: Readonly<Record<ReadOutMode, (ySeq: Tensor) => Tensor>> = {
  last: (ySeq) => reshape(slice(ySeq, ySeq.shape[0] - 1), ySeq.shape.slice(1)),
  max: (ySeq) => max(ySeq, 0),
  maxAbs: (ySeq) => {
    const [high, low] = [max(ySeq, 0), min(ySeq, 0)];
    return where(greater(abs(high), abs(low)), high, low);
  },
  mean: (ySeq) => div(sumOverTime(ySeq), ySeq.shape[0]),
};

/**
 * The sum of a sequence [T, ...] over time, [...]. On the CPU the steps are added one after
 * another, so that a unit's sum has the same bits alone and beside others.
 *
 * @example
 * ```ts
 * import { sumOverTime } from "@spikeloop/functional";
 * import { tensor } from "@spikeloop/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals([...sumOverTime(tensor([[1, 2], [3, 4]])).dataSync()], [4, 6]);
 * ```
 */
export function sumOverTime(ySeq: Tensor): Tensor {
  const [steps, ...rest] = ySeq.shape;
  if (steps === 0 || ySeq.size !== steps) return sum(ySeq, 0);
  // A sequence of single numbers is contiguous, and contiguous numbers are summed in another order.
  const pairs = broadcastTo(reshape(ySeq, [steps, 1]), [steps, 2]);
  return reshape(slice(sum(pairs, 0), 0, 1), rest);
}
