// The first call with a neuron, which generates and compiles its kernels; and with known equations
// and other numbers, which compiles nothing.
import { mul } from "@spikeloop/expr";
import { ilc } from "@spikeloop/functional";
import { cubaLif, defineNeuron } from "@spikeloop/neuron";
import { key } from "@spikeloop/random";
import { atan } from "@spikeloop/surrogate";
import { grad, sum, zeros } from "@spikeloop/tensor";

let leaks = 0;

/** A CUBA-LIF neuron with equations of its own: it shares no kernel with those before it. */
function newPopulation() {
  const leak = 1 - ++leaks / 2 ** 20;
  const model = defineNeuron({
    ...cubaLif,
    charge: (state, x, p, noise) => cubaLif.charge(state, mul(x, leak), p, noise),
  });
  return ilc(model, { actDim: 8, decPopDim: 10 });
}

/** A CUBA-LIF neuron whose threshold and slope differ from all before. */
function otherNumbers() {
  const change = ++leaks / 2 ** 20;
  return ilc(cubaLif, {
    actDim: 8,
    decPopDim: 10,
    params: { vThreshold: 0.5 + change },
    surrogate: atan({ alpha: 2 + change }),
  });
}

const group = "first call of cubaLif, T=1 N=1 A=8 P=10";
const options = { group, n: 50 };
const x = zeros([1, 1, 80]);
const known = newPopulation();
const params = known.init(key(0));
const forward = (population: typeof known) =>
  population.multiStep(params, population.initialState(1), x);
const gradient = (population: typeof known) =>
  grad((p: typeof params) => sum(population.multiStep(p, population.initialState(1), x)[1]))(
    params,
  );

Deno.bench({ name: "a known neuron, forward", ...options, baseline: true }, () => {
  forward(known);
});
Deno.bench({ name: "a new neuron, forward", ...options }, () => {
  forward(newPopulation());
});
Deno.bench({ name: "a new neuron, forward and backward", ...options }, () => {
  gradient(newPopulation());
});
Deno.bench({ name: "other numbers, forward and backward", ...options }, () => {
  gradient(otherNumbers());
});
