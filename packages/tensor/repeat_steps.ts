import { takeCount } from "@spikeloop/errors";
import { checkTensor } from "./check_tensor.ts";
import { reshape } from "./reshape.ts";
import { broadcastTo } from "./sum.ts";
import type { Tensor } from "./tensor.ts";

/**
 * `x` once per time step: from [...] to [T, ...]. It is the constant current of an input that does
 * not change over time, such as an image.
 *
 * @param steps T.
 * @throws {TypeError} if x is no tensor, or `steps` is no number.
 * @throws {RangeError} if `steps` is no integer of at least 1.
 *
 * @example
 * ```ts
 * import { repeatSteps, tensor } from "@spikeloop/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const xSeq = repeatSteps(tensor([[0.1, 0.2]]), 8); // 8 steps of one row of two units
 * assertEquals(xSeq.shape, [8, 1, 2]);
 * ```
 */
export function repeatSteps(x: Tensor, steps: number): Tensor {
  checkTensor("repeatSteps", "x", x);
  takeCount("run repeatSteps", "steps", steps);
  return broadcastTo(reshape(x, [1, ...x.shape]), [steps, ...x.shape]);
}
