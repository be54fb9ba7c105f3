import { showShape } from "@spikeloop/backend";
import { checkOptions, fail } from "@spikeloop/errors";
import {
  abs,
  add,
  broadcastTo,
  checkTensor,
  div,
  equal,
  greater,
  less,
  max,
  maximum,
  min,
  minimum,
  reshape,
  slice,
  sum,
  type Tensor,
  where,
} from "@spikeloop/tensor";
import { overSteps, type SequenceOptions, stepIndices, takeLengths } from "./lengths.ts";

/** How a sequence is read out over time. */
export type ReadOutMode = "last" | "max" | "maxAbs" | "mean" | "sum";

/**
 * Read-outs, which map a sequence [T, ...] to [...]:
 *
 * - `last`: the last entry.
 * - `max`: the largest. The gradient goes to the first of equals.
 * - `maxAbs`: the maximum if its magnitude is above the minimum's, else the minimum.
 * - `mean`: the mean.
 * - `sum`: the sum.
 *
 * `lengths` [N] says how many steps of each row of a sequence [T, N, ...] count; those after them
 * are padding. The layer `readOut` reads out step by step, too.
 *
 * @throws {TypeError} if the sequence is no tensor or a scalar.
 * @throws {TypeError} if the lengths are not of shape [N].
 * @throws {RangeError} if T is 0, or a length is no integer from 1 to T.
 *
 * @example
 * ```ts
 * import { readOuts } from "@spikeloop/functional";
 * import { tensor } from "@spikeloop/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const ySeq = tensor([1, 2, -2, 1]);
 * const modes = ["last", "max", "maxAbs", "mean", "sum"] as const;
 * assertEquals(modes.map((mode) => readOuts[mode](ySeq).item()), [1, 2, -2, 0.5, 2]);
 *
 * const padded = tensor([[1, 4], [3, 5]]); // of the first row, one step counts
 * assertEquals([...readOuts.last(padded, { lengths: [1, 2] }).dataSync()], [1, 5]);
 * ```
 */
export const readOuts: Readonly<
  Record<ReadOutMode, (ySeq: Tensor, options?: SequenceOptions) => Tensor>
> = {
  last: (ySeq, options) => lastOf(ySeq, windowOf("last", ySeq, options)),
  max: (ySeq, options) => highOf(ySeq, windowOf("max", ySeq, options)),
  maxAbs: (ySeq, options) => {
    const window = windowOf("maxAbs", ySeq, options);
    return largerOf(highOf(ySeq, window), lowOf(ySeq, window));
  },
  mean: (ySeq, options) => {
    const window = windowOf("mean", ySeq, options);
    return div(sumOverTime(padded(ySeq, window)), window?.count ?? ySeq.shape[0]);
  },
  sum: (ySeq, options) => sumOverTime(padded(ySeq, windowOf("sum", ySeq, options))),
};

/** The steps of a sequence [T, N, ...] that count; all other steps are padding. */
export interface StepWindow {
  /** 1 where a step counts, [T, N, 1, ...]. */
  readonly counts: Tensor;
  /** 1 at the last step that counts, [T, N, 1, ...]. */
  readonly isLast: Tensor;
  /** How many steps count, [N, 1, ...]. */
  readonly count: Tensor;
}

/** Returns the window of the first `remaining` [N] steps of each row, as many as there are. */
export function firstSteps(ySeq: Tensor, remaining: Tensor): StepWindow {
  const [steps, rows, ...rest] = ySeq.shape;
  const indices = stepIndices(steps, ySeq.backend);
  const count = minimum(maximum(remaining, 0), steps);
  return {
    counts: overSteps(less(indices, remaining), ySeq),
    isLast: overSteps(equal(add(indices, 1), count), ySeq),
    count: reshape(count, [rows, ...rest.map(() => 1)]),
  };
}

function windowOf(mode: string, ySeq: Tensor, options?: SequenceOptions): StepWindow | undefined {
  const action = `read out the ${mode}`;
  checkTensor(`readOuts.${mode}`, "the sequence", ySeq);
  const { shape } = ySeq;
  if (!(shape[0] > 0)) {
    const expected = "expected [T, ...] with T of at least 1";
    const kind = shape.length === 0 ? TypeError : RangeError;
    fail(action, `the sequence has shape ${showShape(shape)}, ${expected}`, kind);
  }
  if (options === undefined) return undefined;
  checkOptions(action, options, ["lengths"]);
  if (options.lengths === undefined) return undefined;
  return firstSteps(ySeq, takeLengths(action, options.lengths, ySeq, ySeq.shape[0]));
}

/** The last step that counts; -∞ where there is none. */
export function lastOf(ySeq: Tensor, window?: StepWindow): Tensor {
  return window === undefined
    ? reshape(slice(ySeq, ySeq.shape[0] - 1), ySeq.shape.slice(1))
    : max(where(window.isLast, ySeq, -Infinity), 0);
}

/** The maximum of the steps that count; -∞ where there are none. */
export function highOf(ySeq: Tensor, window?: StepWindow): Tensor {
  return max(window === undefined ? ySeq : where(window.counts, ySeq, -Infinity), 0);
}

/** The minimum of the steps that count; ∞ where there are none. */
export function lowOf(ySeq: Tensor, window?: StepWindow): Tensor {
  return min(window === undefined ? ySeq : where(window.counts, ySeq, Infinity), 0);
}

/** The sequence with zeros in place of the steps that do not count. */
export function padded(ySeq: Tensor, window?: StepWindow): Tensor {
  return window === undefined ? ySeq : where(window.counts, ySeq, 0);
}

/** The number of larger magnitude; the low one of a tie. */
export function largerOf(high: Tensor, low: Tensor): Tensor {
  return where(greater(abs(high), abs(low)), high, low);
}

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
