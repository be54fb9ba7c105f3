// Groups of every size: time per unit and step should not jump at sizes that are large or no
// multiple of 4.
import { limitThreads } from "@spikeloop/cpu";
import { plainForward } from "./plain_scan.ts";
import { constants, extents, percent, problem, shapeName } from "./shapes.ts";

const decPopDims = [
  1,
  2,
  3,
  4,
  5,
  7,
  8,
  9,
  10,
  12,
  13,
  16,
  17,
  20,
  24,
  25,
  26,
  31,
  32,
  33,
  48,
  63,
  64,
];
const actDims = [1, 2, 3, 5, 6, 7, 13, 17, 33, 64];
const sizes = [
  ...decPopDims.map((decPopDim) => extents(5, 64, 8, decPopDim)),
  ...actDims.map((actDim) => extents(5, 64, actDim, 10)),
];

limitThreads(1);
for (const e of sizes) {
  const { population, params, state, x, plain, spikeRate } = problem(e);
  const group = `cubaLif sweep, ${shapeName(e)}, ${percent(spikeRate)} spikes`;
  const options = { group, n: 50 };
  Deno.bench({ name: "plain loop", ...options, baseline: true }, () => {
    plainForward(e, constants, plain.weight, plain.bias, plain.x);
  });
  Deno.bench({ name: "multiStep", ...options }, () => {
    population.multiStep(params, state, x);
  });
}
