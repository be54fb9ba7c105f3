import { showShape } from "@spikeloop/backend";
import { fail } from "@spikeloop/errors";
import * as e from "@spikeloop/expr";
import { checkTensor, elementwise, mean, type Tensor } from "@spikeloop/tensor";
import { readLengths, type SequenceOptions } from "./lengths.ts";

const squaredDifference = /* @__PURE__ */ elementwise("meanSquaredError", 2, (a, b) => {
  const difference = e.sub(a, b);
  return e.mul(difference, difference);
});

/**
 * (prediction - target)², averaged over all elements: a scalar.
 *
 * @param prediction Any shape; [T, N, ...] with `lengths`.
 * @param target A tensor of the same shape (nothing is broadcast), or a number for all elements.
 * @throws {TypeError} if the shapes differ, or an option is unknown.
 * @throws {RangeError} if a length is no integer from 1 to T.
 *
 * @example
 * ```ts
 * import { meanSquaredError } from "@spikeloop/functional";
 * import { tensor } from "@spikeloop/tensor";
 * import { assert } from "@std/assert";
 *
 * assert(meanSquaredError(tensor([1, 3]), tensor([1, 1])).item() === 2);
 * ```
 */
export function meanSquaredError(
  prediction: Tensor,
  target: Tensor | number,
  options: SequenceOptions = {},
): Tensor {
  checkTensor("meanSquaredError", "the prediction", prediction);
  if (typeof target !== "number") {
    checkTensor("meanSquaredError", "the target", target);
    if (showShape(prediction.shape) !== showShape(target.shape)) {
      fail(
        "run meanSquaredError",
        `the prediction has shape ${showShape(prediction.shape)}, the target ${
          showShape(target.shape)
        }, expected the same`,
      );
    }
  }
  const lengths = readLengths("meanSquaredError", options, prediction);
  if (lengths === undefined) return mean(squaredDifference(prediction, target));
  // The padding is replaced before it is squared, so that a NaN there has no gradient.
  const goal = typeof target === "number" ? target : lengths.zeroPadding(target);
  return lengths.mean(squaredDifference(lengths.zeroPadding(prediction), goal));
}
