import type { Backend } from "@spikeloop/backend";
import { describeForeign } from "./check_tensor.ts";
import { Tensor } from "./tensor.ts";

/** A tensor, or a number in place of a scalar on any backend. */
export type TensorLike = Tensor | number;

/**
 * The backend of all tensors in `args`; undefined if there are none.
 *
 * @throws {TypeError} if an argument is neither a tensor nor a number.
 * @throws {TypeError} if two of them are on different backends.
 */
export function commonBackend(name: string, args: readonly TensorLike[]): Backend | undefined {
  let backend: Backend | undefined;
  for (const x of args) {
    if (typeof x === "number") continue;
    if (!(x instanceof Tensor)) {
      const hint = Array.isArray(x) ? " (use tensor(...) to make one of it)" : "";
      throw new TypeError(
        `Cannot run ${name}: ${describeForeign(x)} is neither a tensor nor a number${hint}`,
      );
    }
    backend ??= x.backend;
    if (x.backend !== backend) {
      throw new TypeError(
        `Cannot run ${name}: one tensor is on "${backend.name}", another on "${x.backend.name}"`,
      );
    }
  }
  return backend;
}
