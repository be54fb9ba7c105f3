// The number 1, from which a backward pass starts.
import type { Backend } from "@spikeloop/backend";
import { filledStorage } from "./create.ts";
import { Tensor } from "./tensor.ts";

let latest: Tensor | undefined;

/** The number 1 on a backend. Gradients share it where no scope releases it. */
export function oneOn(backend: Backend): Tensor {
  if (latest?.backend === backend && backend.openScope === undefined) return latest;
  return latest = new Tensor(backend, filledStorage(backend, [], 1), []);
}

/** Whether `x` is known to be the number 1. */
export function isOne(x: unknown): boolean {
  return x !== undefined && x === latest;
}
