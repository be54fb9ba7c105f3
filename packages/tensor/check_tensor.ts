import { describe, fail } from "@spikeloop/errors";
import { isExpr } from "@spikeloop/expr";
import { Tensor } from "./tensor.ts";

/**
 * Describes a value that is no tensor. Two copies of this package do not know each other's tensors.
 */
export function describeForeign(x: unknown): string {
  const text = describe(x);
  return text.startsWith("Tensor(") ? `${text} of another copy of this package` : text;
}

/** The way to a tensor, for a value that a user may take for one; else nothing. */
export function tensorHint(x: unknown): string {
  if (isExpr(x)) {
    return "; an expression needs the function of the same name in @spikeloop/expr";
  }
  return Array.isArray(x) || ArrayBuffer.isView(x) ? " (make one with tensor(...))" : "";
}

/**
 * Checks that a value is a tensor.
 *
 * @param operation The operation that needs it.
 * @param name Its name in messages, such as `the input`.
 * @throws {TypeError} if it is not.
 *
 * @example
 * ```ts
 * import { checkTensor } from "@spikeloop/tensor";
 * import { assertThrows } from "@std/assert";
 *
 * const check = () => checkTensor("norm", "x", 3);
 * assertThrows(check, TypeError, "Cannot run norm: x is 3, expected a tensor");
 * ```
 */
export function checkTensor(operation: string, name: string, x: unknown): asserts x is Tensor {
  if (x instanceof Tensor) return;
  fail(`run ${operation}`, `${name} is ${describeForeign(x)}, expected a tensor${tensorHint(x)}`);
}
