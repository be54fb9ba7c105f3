import { refuse, takeRecord } from "@spikeloop/errors";
import { Tensor } from "@spikeloop/tensor";
import type { AgentState, UpdateReport } from "../agent.ts";

type Named = { readonly name: string };

/** The result of updates on the device that computes them. */
export interface Learned<S extends AgentState> {
  readonly learning: S;
  readonly reports: readonly UpdateReport[];
  /** Normalized observations of the last one, [B, obsDim]. */
  readonly observation?: Tensor;
}

/** Checks that a function of an agent has returned tensors by name; some may be missing. */
export function checkReturned({ name }: Named, by: string, value: unknown): void {
  const action = `train ${name}`;
  for (const [key, x] of Object.entries(takeRecord(action, `the result of its ${by}`, value))) {
    if (x !== undefined && !(x instanceof Tensor)) {
      refuse(action, `${key} in the result of its ${by}`, x, "a tensor");
    }
  }
}

/** Checks the result of an agent's `update`. */
export function takeUpdated<R extends readonly [AgentState, UpdateReport]>(
  agent: Named,
  result: R,
): R {
  if (!Array.isArray(result)) {
    refuse(`train ${agent.name}`, "the result of its update", result, "[state, losses]");
  }
  checkReturned(agent, "update", result[1]);
  return result;
}
