import { describe } from "@spikeloop/errors";
import { Tensor } from "./tensor.ts";

/** What was given where a tensor was expected. Two copies of this package do not know each other's tensors. */
export function describeForeign(x: unknown): string {
  const what = describe(x);
  return what.startsWith("Tensor(") ? `${what} of another copy of this package` : what;
}

/**
 * Checks that something is a tensor.
 *
 * @param operation What cannot be run without it.
 * @param name What it is to the operation, such as `the input`.
 * @throws {TypeError} otherwise.
 *
 * @example
 * ```ts
 * import { checkTensor } from "@spikeloop/tensor";
 * import { assertThrows } from "@std/assert";
 *
 * assertThrows(() => checkTensor("norm", "x", 3), TypeError, "Cannot run norm: x is 3, expected a tensor");
 * ```
 */
export function checkTensor(operation: string, name: string, x: unknown): asserts x is Tensor {
  if (x instanceof Tensor) return;
  throw new TypeError(
    `Cannot run ${operation}: ${name} is ${describeForeign(x)}, expected a tensor` +
      (Array.isArray(x) ? " (make one with tensor(...))" : ""),
  );
}
