import { showShape } from "@spikeloop/backend";
import { fail } from "@spikeloop/errors";
import * as e from "@spikeloop/expr";
import { checkTensor, elementwise, mean, type Tensor } from "@spikeloop/tensor";

const squaredDifference = /* @__PURE__ */ elementwise("meanSquaredError", 2, (a, b) => {
  const difference = e.sub(a, b);
  return e.mul(difference, difference);
});

/**
 * (prediction - target)², averaged over all elements: a scalar.
 *
 * @param target A tensor of the same shape (nothing is broadcast), or a number for all elements.
 * @throws {TypeError} if the shapes differ.
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
export function meanSquaredError(prediction: Tensor, target: Tensor | number): Tensor {
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
  return mean(squaredDifference(prediction, target));
}
