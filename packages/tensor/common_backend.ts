import type { Backend } from "@spikeloop/backend";
import { describeForeign } from "./check_tensor.ts";
import { Tensor } from "./tensor.ts";

/** A tensor, or a number that stands for a scalar on any backend. */
export type TensorLike = Tensor | number;

/**
 * The backend that all of `args` share.
 *
 * @throws {TypeError} if two of them are on different backends, or something is not a tensor.
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
