import { describe, didYouMean, fail, shorten } from "@spikeloop/errors";
import { full, type ScanState, type ScanStateBuffer, Tensor } from "@spikeloop/tensor";
import type { Placement, Tensors } from "./layer.ts";

/** Converts between the records of users and the lists of the time loop. */
export interface StateRecord {
  /** Returns `batch` rows of `units` at rest. */
  atRest(batch: number, units: number, placement?: Placement): Tensors;
  /**
   * Returns the list of a record, until the next call: it is one object, so that steps leave none.
   *
   * @throws {TypeError} if the record lacks a variable or has another.
   */
  read(state: Tensors): ScanStateBuffer;
  /** Returns the record of a list. */
  write(state: ScanState): Tensors;
}

/** The name of the current that spikes send to the next step. */
export const lateralName = "lateral";

/**
 * Makes the converter of states with these variables.
 *
 * @param rest The variables and their values at rest.
 * @param connected Whether the state holds the lateral current too.
 * @param delay The steps that a spike takes to arrive: with more than one, that many currents.
 */
export function stateRecord(
  label: string,
  rest: Readonly<Record<string, number>>,
  connected: boolean,
  delay = 1,
): StateRecord {
  const variables = Object.keys(rest);
  const names = connected ? [...variables, lateralName] : variables;
  const buffer: ScanStateBuffer = { values: [], lateral: undefined };

  function misfit(state: unknown): never {
    const action = `run ${label}`;
    const expected = `expected tensors named ${
      names.join(", ")
    }; make one with initialState(batch)`;
    if (typeof state !== "object" || state === null || state instanceof Tensor) {
      fail(action, `the state is ${describe(state)}, ${expected}`);
    }
    const entries = Object.entries(state);
    const found = entries.map(([n, x]) => x instanceof Tensor ? n : `${n}: ${describe(x)}`)
      .join(", ");
    const missing = names.filter((n) => !Object.hasOwn(state, n));
    const hints = entries.flatMap(([n]) => names.includes(n) ? [] : [didYouMean(n, missing)]);
    return fail(
      action,
      `the state has ${shorten(found, 300) || "nothing"}, ${expected}${hints.join("")}`,
    );
  }

  return {
    atRest: (batch, units, placement = {}) => {
      const shape = [batch, units];
      const state: Record<string, Tensor> = {};
      for (const n of names) {
        const isDelayed = n === lateralName && delay > 1;
        state[n] = full(isDelayed ? [delay, ...shape] : shape, rest[n] ?? 0, placement);
      }
      return state;
    },
    read: (state) => {
      if (typeof state !== "object" || state === null) misfit(state);
      let count = 0;
      for (const _ in state) count++;
      if (count !== names.length) misfit(state);
      const { values } = buffer;
      for (let i = 0; i < variables.length; i++) {
        const value = state[variables[i]];
        if (!(value instanceof Tensor)) misfit(state);
        values[i] = value;
      }
      if (!connected) return buffer;
      const lateral = state[lateralName];
      if (!(lateral instanceof Tensor)) misfit(state);
      buffer.lateral = lateral;
      return buffer;
    },
    write: ({ values, lateral }) => {
      const state: Record<string, Tensor> = {};
      for (let i = 0; i < variables.length; i++) state[variables[i]] = values[i];
      if (lateral !== undefined) state[lateralName] = lateral;
      return state;
    },
  };
}
