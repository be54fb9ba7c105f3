import { fillTensor, type ScanState, type ScanStateBuffer, type Tensor } from "@spikeloop/tensor";
import type { Placement, Tensors } from "./layer.ts";
import { readTensors } from "./tensor_record.ts";

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
  const tensors: Tensor[] = [];
  const action = `run ${label}`;

  return {
    atRest: (batch, units, placement) => {
      const rows = [batch, units];
      const state: Record<string, Tensor> = {};
      let latest: Tensor | undefined;
      let value = NaN;
      for (const n of names) {
        const isDelayed = n === lateralName && delay > 1;
        const number = rest[n] ?? 0;
        // Variables at the same value share a tensor.
        if (latest === undefined || isDelayed || !Object.is(number, value)) {
          value = number;
          latest = fillTensor(isDelayed ? [delay, ...rows] : rows, value, placement);
        }
        state[n] = latest;
      }
      return state;
    },
    read: (state) => {
      readTensors(action, "state", state, names, "initialState(batch)", tensors);
      for (let i = 0; i < variables.length; i++) buffer.values[i] = tensors[i];
      buffer.lateral = tensors[variables.length];
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
