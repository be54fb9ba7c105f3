// The ways to run a population, and their inputs.
import { key, split } from "@spikeloop/random";
import { add, mul, stack, sum, type Tensor, tensor, treeLeaves } from "@spikeloop/tensor";
import type { Population, Tensors } from "../mod.ts";
import { type Device, random } from "./compare.ts";

/** N. */
export const batch = 3;
/** T. */
export const steps = 5;

/** All inputs with gradients. */
export type Inputs<S extends string = string, P extends string = string> = {
  readonly params: Tensors<P>;
  readonly state: Tensors<S>;
  readonly xs: readonly Tensor[];
};

/** Runs a population and returns the last state and the spikes [T, N, D]. */
export type Way = (population: Population, inputs: Inputs) => [Tensors, Tensor];

/** Runs one kernel for all steps. */
export const atOnce: Way = (population, { params, state, xs }) =>
  population.multiStep(params, state, stack([...xs]));

/** Runs a loop over steps. */
export const stepByStep: Way = (population, { params, state, xs }) => {
  const step = population.bind(params);
  const spikes: Tensor[] = [];
  let spike: Tensor;
  for (const x of xs) {
    [state, spike] = step(state, x);
    spikes.push(spike);
  }
  return [state, stack(spikes)];
};

/** Runs two sequences; the second starts with the last state of the first. */
export const inHalves: Way = (population, { params, state, xs }) => {
  const [middle, first] = population.multiStep(params, state, stack(xs.slice(0, 2)));
  const [last, second] = population.multiStep(params, middle, stack(xs.slice(2)));
  const rows = (x: Tensor) => Array.from({ length: x.shape[0] }, (_, t) => rowOf(x, t));
  return [last, stack([...rows(first), ...rows(second)])];
};

/** Returns step t of [T, N, D], differentiable. */
export function rowOf(x: Tensor, t: number): Tensor {
  const pick = Array.from({ length: x.shape[0] }, (_, i) => i === t ? 1 : 0);
  return sum(mul(x, tensor(pick.map((v) => [[v]]), undefined, { backend: x.backend })), 0);
}

/** Draws inputs that make about a third of all units fire. */
export function inputsFor<S extends string, P extends string>(
  device: Device,
  population: Population<S, P>,
): Inputs<S, P> {
  const [paramsKey, stateKey, xKey] = split(key(7), 3);
  const rest = population.initialState(batch, { backend: device.backend });
  const stateKeys = split(stateKey, Object.keys(rest).length);
  return {
    params: population.init(paramsKey, { backend: device.backend }),
    state: Object.fromEntries(
      Object.entries<Tensor>(rest).map(([n, { shape }], i) => [
        n,
        random(device, stateKeys[i], shape, -0.2, 0.4),
      ]),
    ) as Tensors<S>,
    xs: split(xKey, steps).map((k) => random(device, k, [batch, population.units], -0.5, 1)),
  };
}

/** Returns the sum of all results, each with a weight of its own. */
export function lossOf(device: Device, way: Way, population: Population) {
  const spikeWeights = random(device, key(11), [steps, batch, population.units]);
  return (inputs: Inputs) => {
    const [state, spikes] = way(population, inputs);
    return treeLeaves(state).reduce(
      (total, s) => add(total, sum(mul(s, random(device, key(12), s.shape)))),
      sum(mul(spikes, spikeWeights)),
    );
  };
}
