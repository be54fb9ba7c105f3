// A recurrent network: T steps of D units that all hear each other, on one thread, beside the
// matrix products that it contains. Forward, a step is spikes [N, D] x weights [D, D]; backward, it
// is cotangents [N, D] x weights [D, D], and the gradient of the weights is one product of all
// cotangents with all spikes. Products with spikes skip the zeros, as the time loop does.
import { dense } from "@spikeloop/functional";
import { lif } from "@spikeloop/neuron";
import { key, normal, split, uniform } from "@spikeloop/random";
import { atan } from "@spikeloop/surrogate";
import { grad, matmul, reshape, slice, sum, type Tensor } from "@spikeloop/tensor";
import { limitThreads } from "@spikeloop/cpu";
import { percent } from "./shapes.ts";

limitThreads(1);

const [timeSteps, batch] = [50, 64];

for (const units of [128, 256, 512]) {
  const [paramsKey, xKey, gradientKey] = split(key(0), 3);
  const population = dense(lif, { units, surrogate: atan() });
  const params = population.init(paramsKey);
  const state = population.initialState(batch);
  const x = uniform(xKey, [timeSteps, batch, units], { min: -2, max: 2 });
  const [, spikes] = population.multiStep(params, state, x);
  const weight = reshape(params.weight, [units, units]);
  const rows = (x: Tensor) => reshape(x, [timeSteps * batch, units]);
  const stepsOf = (x: Tensor) =>
    Array.from({ length: timeSteps }, (_, t) => reshape(slice(x, t, t + 1), [batch, units]));
  const sent = stepsOf(spikes);
  const gradient = normal(gradientKey, x.shape);
  const cotangents = stepsOf(gradient);
  const rate = sum(spikes).item() / spikes.size;
  const group = `dense, T=${timeSteps} N=${batch} D=${units}, ${percent(rate)} spikes`;
  const options = { n: 10 };

  const forward = () => {
    for (const s of sent) matmul(s, weight, { transposeB: true });
  };
  const loss = grad((p: typeof params) => sum(population.multiStep(p, state, x)[1]));
  Deno.bench({ name: "products", group: `${group}, forward`, baseline: true, ...options }, forward);
  Deno.bench({ name: "multiStep", group: `${group}, forward`, ...options }, () => {
    population.multiStep(params, state, x);
  });
  Deno.bench({ name: "products", group: `${group}, gradient`, baseline: true, ...options }, () => {
    forward();
    for (const g of cotangents) matmul(g, weight);
    matmul(rows(gradient), rows(spikes), { transposeA: true });
  });
  Deno.bench(
    { name: "multiStep and its gradient", group: `${group}, gradient`, ...options },
    () => {
      loss(params);
    },
  );
}
