// One step of a population in a custom loop at N = 1, as a controller runs it, beside one step of
// the plain loop.
import { tensor } from "@spikeloop/tensor";
import { plainStep } from "./plain_scan.ts";
import { constants, extents, percent, problem } from "./shapes.ts";

const steps = 50;

for (const [actDim, decPopDim] of [[8, 10], [16, 16]]) {
  const p = problem(extents(steps, 1, actDim, decPopDim));
  const units = actDim * decPopDim;
  const group = `cubaLif step, N=1 A=${actDim} P=${decPopDim}, ${percent(p.spikeRate)} spikes`;
  const inputs = Array.from(
    { length: steps },
    (_, t) => p.plain.x.slice(t * units, (t + 1) * units),
  );
  const zeros = () => new Float32Array(units);
  const plainState = { c: zeros(), v: zeros(), lateral: zeros() };
  const plainSpikes = zeros();
  let t = 0;
  Deno.bench({ name: "plain loop", group, baseline: true }, () => {
    const { weight, bias } = p.plain;
    const x = inputs[t++ % steps];
    plainStep(p.extents, constants, weight, bias, plainState, x, plainSpikes, 0);
  });
  const tensors = inputs.map((x) => tensor(x, [1, units]));
  const step = p.population.bind(p.params);
  let { state } = p;
  let u = 0;
  Deno.bench({ name: "step", group }, () => {
    [state] = step(state, tensors[u++ % steps]);
  });
}
