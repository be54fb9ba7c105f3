import { describe, fail, takeCount } from "@spikeloop/errors";
import { Tensor } from "@spikeloop/tensor";
import type { Tensors } from "./layer.ts";

const nothing: Tensors<never> = Object.freeze({});

/** Returns the state of a layer that has none: an empty record. */
export function noState(batch: number): Tensors<never> {
  takeCount("make an initial state", "batch", batch, 0);
  return nothing;
}

/**
 * Checks that a layer without a state gets none.
 *
 * @throws {TypeError} if the state is not an empty record.
 */
export function takeNoState(action: string, state: unknown): void {
  if (state === nothing) return;
  if (typeof state !== "object" || state === null || state instanceof Tensor) {
    fail(action, `the state is ${describe(state)}, expected an empty record, {}`);
  }
  for (const name in state) fail(action, `the state has ${name}, expected an empty record, {}`);
}
