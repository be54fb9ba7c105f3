import { resolveAxis } from "@spikeloop/backend";
import { checkTensor } from "./check_tensor.ts";
import { checkNotEmpty, max } from "./extremes.ts";
import { div, exp, log, sub } from "./functions.ts";
import { stopGradient } from "./grad.ts";
import { sum } from "./sum.ts";
import type { Tensor } from "./tensor.ts";

/** `x` minus its largest element along an axis, so that no exponential overflows. */
function shifted(name: string, x: Tensor, axis: number): Tensor {
  checkNotEmpty(name, x, [axis]);
  return sub(x, stopGradient(max(x, { axis, keepDims: true })));
}

/**
 * eˣ / Σ eˣ, with the sum along one axis. Large x do not overflow. A slice of -Infinity alone, or
 * with Infinity, is NaN, as in PyTorch.
 *
 * @throws {TypeError} if x is no tensor.
 * @throws {RangeError} if there is no such axis, or it is empty.
 *
 * @example
 * ```ts
 * import { softmax, tensor } from "@spikeloop/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals([...softmax(tensor([1000, 1000])).dataSync()], [0.5, 0.5]);
 * ```
 */
export function softmax(x: Tensor, axis = -1): Tensor {
  checkTensor("softmax", "x", x);
  const along = resolveAxis(axis, x.shape.length, "softmax");
  const powers = exp(shifted("softmax", x, along));
  return div(powers, sum(powers, { axis: along, keepDims: true }));
}

/**
 * x - log Σ eˣ, with the sum along one axis: the logarithm of `softmax`, also where that is 0.
 *
 * @throws {TypeError} if x is no tensor.
 * @throws {RangeError} if there is no such axis, or it is empty.
 *
 * @example
 * ```ts
 * import { logSoftmax, tensor } from "@spikeloop/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals([...logSoftmax(tensor([0, -1000])).dataSync()], [0, -1000]);
 * ```
 */
export function logSoftmax(x: Tensor, axis = -1): Tensor {
  checkTensor("logSoftmax", "x", x);
  const along = resolveAxis(axis, x.shape.length, "logSoftmax");
  const rest = shifted("logSoftmax", x, along);
  return sub(rest, log(sum(exp(rest), { axis: along, keepDims: true })));
}
