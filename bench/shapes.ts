// Shapes, the model and inputs with a fixed seed, for the benches of the time loop.
import { ilc, type Population, type Tensors } from "@spikeloop/functional";
import { cubaLif } from "@spikeloop/neuron";
import { key, split, uniform } from "@spikeloop/random";
import { rect } from "@spikeloop/surrogate";
import type { Tensor } from "@spikeloop/tensor";
import type { Constants, Extents } from "./plain_scan.ts";

/** The decays and thresholds of every bench: the defaults of the reference. */
export const constants: Constants = { cDecay: 0.5, vDecay: 0.75, vThreshold: 0.5, vReset: 0 };

/** Extents of T steps, N rows, A groups of P units. */
export const extents = (
  steps: number,
  batch: number,
  actDim: number,
  decPopDim: number,
): Extents => ({ steps, batch, actDim, decPopDim });

/** T x N x A x P, as names of benches show it. */
export const shapeName = ({ steps, batch, actDim, decPopDim }: Extents): string =>
  `T=${steps} N=${batch} A=${actDim} P=${decPopDim}`;

/** A population with its inputs, as tensors and as the plain loop takes them. */
export interface Problem {
  readonly extents: Extents;
  readonly population: Population;
  readonly params: Tensors;
  readonly state: Tensors;
  /** [T, N, D], uniform in [-0.5, 0.5): spikes come at 15 to 25 %. */
  readonly x: Tensor;
  readonly plain: {
    readonly weight: Float32Array;
    readonly bias: Float32Array;
    readonly x: Float32Array;
  };
  /** The share of units that spike per step. */
  readonly spikeRate: number;
}

/** A CUBA-LIF population of these extents. */
export function problem(e: Extents): Problem {
  const { steps, batch, actDim, decPopDim } = e;
  const population = ilc(cubaLif, {
    actDim,
    decPopDim,
    surrogate: rect(),
    params: { ...constants },
  });
  const [forParams, forInput] = split(key(0));
  const params = population.init(forParams);
  const state = population.initialState(batch);
  const x = uniform(forInput, [steps, batch, actDim * decPopDim], { min: -0.5, max: 0.5 });
  const [, spikes] = population.multiStep(params, state, x);
  const spikeRate = spikes.dataSync().reduce((sum, s) => sum + s, 0) / spikes.size;
  const plain = {
    weight: params.weight.dataSync(),
    bias: params.bias.dataSync(),
    x: x.dataSync(),
  };
  return { extents: e, population, params, state, x, plain, spikeRate };
}

/** A share in percent. */
export const percent = (share: number): string => `${(100 * share).toFixed(0)} %`;

/** Parameters as plain loops take them. */
export const numbersOf = (params: Tensors): Record<string, Float32Array> =>
  Object.fromEntries(Object.entries(params).map(([name, x]) => [name, x.dataSync()]));
