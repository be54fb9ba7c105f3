// T steps of a CUBA-LIF population with its lateral connection on one thread through the public
// API, beside the plain loop, and beside a copy of x, which no kernel can beat.
import { customVjp, type Tensor, valueAndGrad, zeros } from "@spikeloop/tensor";
import { limitThreads } from "@spikeloop/cpu";
import { key, uniform } from "@spikeloop/random";
import type { Tensors } from "@spikeloop/functional";
import { plainForward, plainForwardBackward } from "./plain_scan.ts";
import { constants, extents, percent, type Problem, problem, shapeName } from "./shapes.ts";

const shapes = [
  extents(5, 1, 8, 10),
  extents(5, 100, 8, 10),
  extents(5, 256, 17, 10),
  extents(16, 256, 8, 10),
  extents(16, 1024, 16, 16),
];

/** Long runs are repeated less. */
function budget(
  { steps, batch, actDim, decPopDim }: Problem["extents"],
): { n?: number } {
  return steps * batch * actDim * decPopDim > 1e6 ? { n: 10 } : {};
}

function benchForward(p: Problem): void {
  const { population, params, state, x, plain } = p;
  const group = `cubaLif forward, ${shapeName(p.extents)}, ${percent(p.spikeRate)} spikes`;
  const options = { group, ...budget(p.extents) };
  Deno.bench({ name: "plain loop", ...options, baseline: true }, () => {
    plainForward(p.extents, constants, plain.weight, plain.bias, plain.x);
  });
  Deno.bench({ name: "multiStep", ...options }, () => {
    population.multiStep(params, state, x);
  });
  Deno.bench({ name: "copy of x", ...options }, () => {
    plain.x.slice();
  });
}

/** Gradients of x, weight and bias from those of the spikes. */
function benchForwardBackward(p: Problem): void {
  const { population, state, x, plain } = p;
  const g = uniform(key(1), x.shape, { min: -1, max: 1 });
  const gSpikes = g.dataSync();
  const value = zeros([]);
  const loss = customVjp((_spikes: Tensor) => value, () => [g]);
  const gradient = valueAndGrad(({ x, ...params }: Tensors) =>
    loss(population.multiStep(params, state, x)[1])
  );
  const all = { ...p.params, x };
  const group = `cubaLif forward + backward, ${shapeName(p.extents)}, ${
    percent(p.spikeRate)
  } spikes`;
  const options = { group, ...budget(p.extents) };
  Deno.bench({ name: "plain loop", ...options, baseline: true }, () => {
    plainForwardBackward(p.extents, constants, plain.weight, plain.bias, plain.x, gSpikes);
  });
  Deno.bench({ name: "valueAndGrad of multiStep", ...options }, () => {
    gradient(all);
  });
}

limitThreads(1);
for (const shape of shapes) {
  const p = problem(shape);
  benchForward(p);
  benchForwardBackward(p);
}
benchForward(problem(extents(32, 4096, 16, 16)));
