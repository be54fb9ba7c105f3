// What a neuron costs when it is first used: its kernels are generated and compiled then.
import { mul } from "@spikeloop/expr";
import { ilc } from "@spikeloop/functional";
import { cubaLif, defineNeuron } from "@spikeloop/neuron";
import { key } from "@spikeloop/random";
import { grad, sum, type Tensor, zeros } from "@spikeloop/tensor";

let leaks = 0;

/** A CUBA-LIF neuron unlike all before: whatever was compiled for those is of no use. */
function newPopulation() {
  const leak = 1 - ++leaks / 2 ** 20;
  const model = defineNeuron({
    ...cubaLif,
    charge: (state, x, p, noise) => cubaLif.charge(state, mul(x, leak), p, noise),
  });
  return ilc(model, { actDim: 8, decPopDim: 10 });
}

const group = "first call of cubaLif, T=1 N=1 A=8 P=10";
const options = { group, n: 50 };
const x = zeros([1, 1, 80]);
const known = newPopulation();
const params = known.init(key(0));
const forward = (population: typeof known) =>
  population.multiStep(params, population.initialState(1), x);
const gradient = (population: typeof known) =>
  grad((p: Readonly<Record<string, Tensor>>) =>
    sum(population.multiStep(p, population.initialState(1), x)[1])
  )(params);

Deno.bench({ name: "a known neuron, forward", ...options, baseline: true }, () => {
  forward(known);
});
Deno.bench({ name: "a new neuron, forward", ...options }, () => {
  forward(newPopulation());
});
Deno.bench({ name: "a new neuron, forward and backward", ...options }, () => {
  gradient(newPopulation());
});
