// Where everything lies in the memory of a plan.
import type { ScanKernel } from "@spikeloop/backend";

/** A population of units with its time step. */
export interface Units {
  /** How many units. */
  readonly units: number;
  /** Their time step; its output is binary. It may read `noise`, drawn for every unit. */
  readonly kernel: Pick<ScanKernel, "states" | "params" | "out" | "next">;
  /** The values of the kernel's parameters. */
  readonly values: readonly number[];
  /** The values of its states at rest, in the kernel's order. */
  readonly rest: readonly number[];
}

/** The form of a spiking actor. */
export interface ActDesign {
  /** T. */
  readonly timeSteps: number;
  /** The encoder's units; they spike, or their activity itself enters if there is no kernel. */
  readonly encoder: Units | { readonly units: number; readonly kernel?: undefined };
  /** The hidden populations, then the output population. */
  readonly layers: readonly Units[];
  /** P, the units per group of the output population. */
  readonly group: number;
  /** Whether the units of a group hear each other. */
  readonly isConnected: boolean;
  /** Whether the encoder's units read noise. */
  readonly isRandom: boolean;
  /** Whether the decoder reads the rates over all steps, instead of the spikes of each. */
  readonly readsRates: boolean;
}

/** Rounds up to a multiple. */
export const align = (n: number, to: number) => Math.ceil(n / to) * to;

/** The places of all arrays, in bytes. */
export type ActLayout = ReturnType<typeof actLayout>;

/** Lays out the memory: first what belongs to the parameters, then what a call writes. */
export function actLayout(
  { timeSteps, encoder, layers, group, isConnected, isRandom, readsRates }: ActDesign,
) {
  let end = 0;
  // 16 numbers past the end may be read or written.
  const place = (numbers: number) => {
    const at = end;
    end += 4 * align(numbers + 16, 16);
    return at;
  };
  const groupRow = align(group, 4);
  const outputs = layers[layers.length - 1].units / group;
  const weights = layers.map(({ units }, i) => {
    const inputs = i === 0 ? encoder.units : layers[i - 1].units;
    const row = align(units, 16);
    return { inputs, row, weight: place(inputs * row), bias: place(row) };
  });
  const params = {
    mean: place(encoder.units),
    std: place(encoder.units),
    weights,
    lateralWeight: isConnected ? place(outputs * group * groupRow) : 0,
    lateralBias: isConnected ? place(outputs * groupRow) : 0,
    readOutRow: align(group, 16),
    readOutWeight: place(outputs * align(group, 16)),
    readOutBias: place(outputs),
  };
  const paramsEnd = end;
  const statesOf = (units: number, kernel?: Units["kernel"]) =>
    kernel === undefined ? [] : kernel.states.map(() => place(units));
  return {
    ...params,
    paramsEnd,
    groupRow,
    outputs,
    observation: place(encoder.units),
    activity: place(encoder.units),
    noiseRow: align(encoder.units, 4),
    noise: isRandom ? place(timeSteps * align(encoder.units, 4)) : 0,
    encoderStates: statesOf(encoder.units, encoder.kernel),
    encoderList: place(encoder.units),
    encoderLanes: place(64),
    layers: layers.map(({ units, kernel }) => ({
      current: place(align(units, 16)),
      states: statesOf(units, kernel),
      list: place(units),
      lanes: place(64),
    })),
    lateral: place(align(layers[layers.length - 1].units, 16)),
    spikes: place(align(layers[layers.length - 1].units, 16)),
    rates: readsRates ? place(align(layers[layers.length - 1].units, 16)) : 0,
    currents: place(timeSteps * outputs),
    end,
  };
}

/**
 * The tables of lists of spikes: for each of the 16 sets of four lanes, the offsets of its lanes
 * among rows of so many bytes.
 */
export function laneTable(rowBytes: number): Int32Array {
  const table = new Int32Array(64);
  for (let set = 0; set < 16; set++) {
    [0, 1, 2, 3].filter((lane) => set >> lane & 1)
      .forEach((lane, i) => table[4 * set + i] = lane * rowBytes);
  }
  return table;
}
