// The measured programs: a population forward, and forward and backward, on any backend.
import { ilc, plain, type Population } from "@spikeloop/functional";
import { cubaLif, lif } from "@spikeloop/neuron";
import { key, split, uniform } from "@spikeloop/random";
import { atan, rect } from "@spikeloop/surrogate";
import type { Backend } from "@spikeloop/backend";
import { customVjp, type Tensor, valueAndGrad, zeros } from "@spikeloop/tensor";
import type { Extents } from "../plain_scan.ts";
import { unitsOf } from "./extents.ts";

/** Something to be run again and again. */
export interface Workload {
  /** Starts one run and releases its results; a promise where starting takes turns of the loop. */
  run(): void | Promise<void>;
  /** Waits until all runs are done. */
  settle(): Promise<void>;
}

/** A population with its input on a backend. */
export interface PopulationWorkload {
  /** All T steps. */
  readonly forward: Workload;
  /** All T steps, and the gradients of input, weight and bias, given those of the spikes. */
  readonly both: Workload;
  /** The spikes, [T, N, D]. */
  spikes(): Promise<Float32Array>;
}

/** The populations that are measured: wired to themselves, and without a connection. */
export const models = {
  "ILC-CUBA-LIF": ({ actDim, decPopDim }: Extents): Population =>
    ilc(cubaLif, { actDim, decPopDim, surrogate: rect(), params: { vThreshold: 0.5 } }),
  "LIF": (extents: Extents): Population =>
    plain(lif, { units: unitsOf(extents), surrogate: atan(), params: { vThreshold: 0.5 } }),
} as const;

/** The name of a model. */
export type ModelName = keyof typeof models;

/** Their names. */
export const modelNames = Object.keys(models) as readonly ModelName[];

/** A population of these extents on a backend, with the same numbers on each. */
export function populationWorkload(
  model: ModelName,
  extents: Extents,
  backend: Backend,
): PopulationWorkload {
  const population = models[model](extents);
  const shape = [extents.steps, extents.batch, unitsOf(extents)];
  const [weightKey, xKey, gradientKey] = split(key(0), 3);
  const params = population.init(weightKey, { backend });
  const x = uniform(xKey, shape, { min: -0.5, max: 0.5, backend });
  const gSpikes = uniform(gradientKey, shape, { min: -1, max: 1, backend });
  const state = population.initialState(extents.batch, { backend });
  const zero = zeros([], { backend });
  // A loss that costs nothing, so that only the population is measured.
  const loss = customVjp((_spikes: Tensor) => zero, () => [gSpikes]);
  const multiStep = () => population.multiStep(params, state, x)[1];
  const slopes = valueAndGrad((p: { params: typeof params; x: Tensor }) =>
    loss(population.multiStep(p.params, state, p.x)[1])
  );
  const workload = (f: () => unknown): Workload => ({
    run: () => {
      backend.openScope?.();
      f();
      backend.closeScope?.([]);
    },
    // Commands run in order: once this number has arrived, everything before it is done.
    settle: async () => void await zero.data(),
  });
  return {
    forward: workload(multiStep),
    both: workload(() => slopes({ params, x })),
    spikes: async () => await multiStep().data(),
  };
}
