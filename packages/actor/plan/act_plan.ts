import { populationActivity } from "@spikeloop/encoding";
import { fail } from "@spikeloop/errors";
import * as e from "@spikeloop/expr";
import { instantiate, simdSupported } from "@spikeloop/expr/wasm";
import type { Population } from "@spikeloop/functional";
import { neuronKernel, restOf } from "@spikeloop/neuron";
import { type Key, randomBits } from "@spikeloop/random";
import type { ILCSanParams } from "../actor_params.ts";
import type { OutputsOfOne } from "../bind_actor.ts";
import type { ActorOptions } from "../options.ts";
import { actKernel } from "./act_kernel.ts";
import { transposeInto } from "./transpose_into.ts";
import { type ActDesign, actLayout, laneTable, type Units } from "./act_layout.ts";

/** The parts of an actor that its plan is made of. */
export interface PlanParts {
  readonly options: ActorOptions;
  /** The encoder's units; undefined where the activity itself enters. */
  readonly encoder: Population | undefined;
  /** The hidden populations, then the output population. */
  readonly populations: readonly Population[];
  /** The names of the parameters in the order of the layers. */
  readonly names: {
    readonly linears: readonly string[];
    readonly lateral: string;
    readonly readOut: string;
  };
}

/** Binds parameters to single observations; the function that computes the decoder's outputs. */
export type ActPlan = (params: ILCSanParams) => OutputsOfOne;

/** The largest group whose code is written out. */
const largestGroup = 64;

/** A population's time step with its numbers; undefined if the plan has no code for it. */
function unitsOf(population: Population): Units | undefined {
  const { model, constants, surrogate, units, learned } = population;
  const { kernel, numbers } = neuronKernel(model, {
    params: constants,
    surrogate,
    detachReset: false, // which decides about gradients alone
  });
  if (!kernel.binary || kernel.noise.length > 0 || learned.length > 0) return undefined;
  const own = kernel.params.slice(0, kernel.params.length - numbers.length);
  const values = [...own.map((name) => Math.fround(constants[name] ?? 0)), ...numbers];
  const rest: Readonly<Record<string, number>> = restOf(model, constants);
  return { units, kernel, values, rest: kernel.states.map((name) => rest[name]) };
}

/** The time step of the units of a random encoder. */
function randomUnits(units: number): Units {
  const out = e.less(e.input("noise"), e.input("x"));
  return { units, kernel: { states: [], params: [], out, next: [] }, values: [], rest: [] };
}

/**
 * Makes the plan of an actor: code for one observation, in which no tensor is made. Undefined where
 * an option is not common enough to have such code: delays, groups of more than 64 units, and units
 * whose output is not 0 or 1.
 */
export function actPlan(parts: PlanParts): ActPlan | undefined {
  const { options: o, populations } = parts;
  const delay = typeof o.connection === "object" ? o.connection.delay ?? 1 : 1;
  const hasCode = delay === 1 && o.decPopDim <= largestGroup;
  if (!hasCode || !simdSupported()) return undefined;
  const isRandom = o.encode === "pop-ran";
  const encoder = isRandom
    ? randomUnits(o.obsDim * o.encPopDim)
    : parts.encoder && unitsOf(parts.encoder);
  const layers = populations.map(unitsOf).filter((units) => units !== undefined);
  if (layers.length < populations.length || (parts.encoder && !encoder)) return undefined;
  const design: ActDesign = {
    timeSteps: o.timeSteps,
    encoder: encoder ?? { units: o.obsDim * o.encPopDim },
    layers,
    group: o.decPopDim,
    isConnected: o.connection !== "none",
    isRandom,
    readsRates: o.decode === "fr-mlp",
  };
  let engine: Engine | undefined;
  return (params) => {
    engine ??= makeEngine(design, o);
    return bindParams(engine, parts, params);
  };
}

/** The code and the memory of a plan. */
type Engine = ReturnType<typeof makeEngine>;

function makeEngine(design: ActDesign, options: ActorOptions) {
  const layout = actLayout(design);
  const memory = new WebAssembly.Memory({ initial: Math.ceil(layout.end / 65536) });
  const { run } = instantiate([actKernel(design, layout, populationActivity)], memory);
  const floats = new Float32Array(memory.buffer);
  const words = new Int32Array(memory.buffer);
  layout.layers.slice(0, -1).forEach(({ lanes }, i) =>
    words.set(laneTable(4 * layout.weights[i + 1].row), lanes / 4)
  );
  words.set(laneTable(4 * layout.weights[0].row), layout.encoderLanes / 4);
  const { timeSteps, encPopDim, decode } = options;
  /** The parameters that the memory holds. */
  const state: { owner: Float32Array | undefined } = { owner: undefined };
  return { layout, floats, run, state, readOut: readOuts[decode], timeSteps, encPopDim };
}

const { fround } = Math;

/** Reads the currents [T, A] from `at` on out, in the order of sums over time. */
type ReadOut = (
  floats: Float32Array,
  at: number,
  steps: number,
  stride: number,
) => number;

/** Calls `f` with the membrane after every step. */
function membranes(
  [floats, at, steps, stride]: Parameters<ReadOut>,
  f: (v: number) => void,
): number {
  let v = 0;
  for (let t = 0; t < steps; t++) {
    v = fround(v + floats[at + t * stride]);
    f(v);
  }
  return v;
}

function extremes(...args: Parameters<ReadOut>): [high: number, low: number] {
  let [high, low] = [-Infinity, Infinity];
  membranes(args, (v) => {
    high = Math.max(high, v);
    low = Math.min(low, v);
  });
  return [high, low];
}

const readOuts: Readonly<Record<ActorOptions["decode"], ReadOut>> = {
  "last-mem": (floats, at, steps, stride) => {
    let v = 0;
    for (let t = 0; t < steps; t++) v = fround(v + floats[at + t * stride]);
    return v;
  },
  "max-mem": (...args) => extremes(...args)[0],
  "max-abs-mem": (...args) => {
    const [high, low] = extremes(...args);
    return Math.abs(high) > Math.abs(low) ? high : low;
  },
  "mean-mem": (...args) => {
    let sum = 0;
    membranes(args, (v) => sum = fround(sum + v));
    return fround(sum / args[2]);
  },
  "fr-mlp": (floats, at) => floats[at],
};

function bindParams(engine: Engine, parts: PlanParts, params: ILCSanParams): OutputsOfOne {
  const { layout, floats, run, state, readOut, timeSteps, encPopDim } = engine;
  const own = prepare(engine, parts, params);
  const { outputs } = layout;
  const { encode, obsDim } = parts.options;
  const features = obsDim * encPopDim;
  const [observationAt, currentsAt] = [layout.observation / 4, layout.currents / 4];
  /** Draws the noise of a random encoder, as `uniform(key, [T, 1, F])` does. */
  const draw = (key: Key | undefined) => {
    if (key === undefined) {
      fail("run popSpikeEncoderRandom", "key is missing, expected { key: key(seed) } as options");
    }
    const words = randomBits(key, timeSteps * features);
    for (let t = 0, i = 0; t < timeSteps; t++) {
      const row = layout.noise / 4 + t * layout.noiseRow;
      for (let f = 0; f < features; f++) floats[row + f] = (words[i++] >>> 8) * 2 ** -24;
    }
  };
  return (observation, into, key) => {
    if (state.owner !== own) {
      floats.set(own);
      state.owner = own;
    }
    let at = observationAt;
    for (let i = 0; i < observation.length; i++) {
      const x = observation[i];
      for (let p = 0; p < encPopDim; p++) floats[at++] = x;
    }
    if (encode === "pop-ran") draw(key);
    run();
    for (let a = 0; a < outputs; a++) into[a] = readOut(floats, currentsAt + a, timeSteps, outputs);
  };
}

/** The parameters as the memory holds them: weights transposed, rows filled up with zeros. */
function prepare(
  { layout }: Engine,
  { names, options, populations }: PlanParts,
  params: ILCSanParams,
) {
  const to = new Float32Array(layout.paramsEnd / 4);
  const numbers = (name: string) => params[name].dataSync();
  to.set(numbers("encoder.mean"), layout.mean / 4);
  to.fill(1, layout.std / 4, layout.std / 4 + 16 + options.obsDim * options.encPopDim);
  to.set(numbers("encoder.std"), layout.std / 4);
  layout.weights.forEach(({ inputs, row, weight, bias }, i) => {
    const name = names.linears[i];
    const biases = numbers(`${name}.bias`);
    transposeInto(to, weight / 4, row, numbers(`${name}.weight`), inputs, biases.length);
    to.set(biases, bias / 4);
  });
  const { decPopDim: group, connection } = options;
  const { groupRow, outputs, readOutRow } = layout;
  if (connection !== "none") {
    const weight = params[`${names.lateral}.weight`];
    const output = populations[populations.length - 1];
    const weights = (output.effectiveWeight?.({ weight }) ?? weight).dataSync();
    const biases = connection?.bias === false
      ? new Float32Array(output.units)
      : numbers(`${names.lateral}.bias`);
    for (let g = 0; g < outputs; g++) {
      const from = weights.subarray(g * group * group, (g + 1) * group * group);
      const at = layout.lateralWeight / 4 + g * group * groupRow;
      transposeInto(to, at, groupRow, from, group, group);
      // A bias of -0 counts as 0.
      for (let i = 0; i < group; i++) {
        to[layout.lateralBias / 4 + g * groupRow + i] = biases[g * group + i] + 0;
      }
    }
  }
  const readOut = numbers(`${names.readOut}.weight`);
  for (let g = 0; g < outputs; g++) {
    const row = readOut.subarray(g * group, (g + 1) * group);
    to.set(row, layout.readOutWeight / 4 + g * readOutRow);
  }
  to.set(numbers(`${names.readOut}.bias`), layout.readOutBias / 4);
  return to;
}
