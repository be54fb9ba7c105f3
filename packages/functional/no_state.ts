import { describe, fail, takeCount } from "@spikeloop/errors";
import { type Key, takeKey } from "@spikeloop/random";
import { Tensor } from "@spikeloop/tensor";
import type { Tensors } from "./layer.ts";

const nothing: Tensors<never> = Object.freeze({});

/** Returns the params of a layer that has none: an empty record. */
export function noParams(key: Key): Tensors<never> {
  takeKey("make parameters", "the key", key);
  return nothing;
}

/** Returns the state of a layer that has none: an empty record. */
export function noState(batch: number): Tensors<never> {
  takeCount("make an initial state", "batch", batch, 0);
  return nothing;
}

/**
 * Checks that a layer without params or without a state gets none.
 *
 * @param name What should be empty: `params` or `state`.
 * @throws {TypeError} if it is not an empty record.
 */
export function takeNothing(action: string, name: string, value: unknown): void {
  if (value === nothing) return;
  if (typeof value !== "object" || value === null || value instanceof Tensor) {
    fail(action, `the ${name} is ${describe(value)}, expected an empty record, {}`);
  }
  for (const key in value) fail(action, `the ${name} has ${key}, expected an empty record, {}`);
}
