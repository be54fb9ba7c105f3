// What is measured: a population forward, and forward and backward, on any backend.
import { ilc, plain, type Population } from "@spikeloop/functional";
import { cubaLif, lif } from "@spikeloop/neuron";
import { key, split, uniform } from "@spikeloop/random";
import { atan } from "@spikeloop/surrogate";
import { type Backend, mul, sum, type Tensor, valueAndGrad, zeros } from "@spikeloop/tensor";
import type { Extents } from "../plain_scan.ts";
import { unitsOf } from "./extents.ts";

/** Something to be run again and again. */
export interface Workload {
  /** Starts one run; what it made is given back. */
  run(): void;
  /** Waits until all runs are done. */
  settle(): Promise<void>;
}

/** A population with its input on a backend. */
export interface PopulationWorkload {
  /** All T steps. */
  readonly forward: Workload;
  /** All T steps, and the gradients of input, weight and bias of a weighted sum of the spikes. */
  readonly both: Workload;
  /** The spikes, [T, N, D]. */
  spikes(): Promise<Float32Array>;
}

/** The populations that are measured: wired to themselves, and without a connection. */
export const models = {
  "ILC-CUBA-LIF": ({ actDim, decPopDim }: Extents): Population =>
    ilc(cubaLif, { actDim, decPopDim, params: { vThreshold: 0.5 } }),
  "LIF": (extents: Extents): Population =>
    plain(lif, { units: unitsOf(extents), surrogate: atan() }),
} as const;

/** The name of a model. */
export type ModelName = keyof typeof models;

/** A population of these extents on a backend, with the same numbers on each. */
export function populationWorkload(
  model: ModelName,
  extents: Extents,
  backend: Backend,
): PopulationWorkload {
  const population = models[model](extents);
  const shape = [extents.steps, extents.batch, unitsOf(extents)];
  const [weightKey, xKey, gradientKey] = split(key(2), 3);
  const params = population.init(weightKey, { backend });
  const x = uniform(xKey, shape, { min: -0.3, max: 0.9, backend });
  const gSpikes = uniform(gradientKey, shape, { min: -1, max: 1, backend });
  const state = population.initialState(extents.batch, { backend });
  const probe = zeros([1], { backend });
  // Commands run in order: once this number has arrived, everything before it is done.
  const settle = async () => void await probe.data();
  const multiStep = () => population.multiStep(params, state, x)[1];
  const slopes = valueAndGrad((p: { params: typeof params; x: Tensor }) =>
    sum(mul(population.multiStep(p.params, state, p.x)[1], gSpikes))
  );
  const inScope = (f: () => unknown) => () => {
    backend.openScope?.();
    f();
    backend.closeScope?.([]);
  };
  return {
    forward: { run: inScope(multiStep), settle },
    both: { run: inScope(() => slopes({ params, x })), settle },
    spikes: async () => await multiStep().data(),
  };
}
