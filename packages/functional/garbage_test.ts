import { bytesOf } from "@spikeloop/dev/testing";
import { cubaLif } from "@spikeloop/neuron";
import { key, uniform } from "@spikeloop/random";
import { mul, sum, type Tensor, valueAndGrad } from "@spikeloop/tensor";
import { assert } from "@std/assert";
import { ilc } from "./wirings.ts";

// A tensor takes 72 bytes, a view of its memory 104.
const population = ilc(cubaLif, { actDim: 8, decPopDim: 10 });
const params = population.init(key(0));
type Params = typeof params;

Deno.test("a step leaves little more than its results", async () => {
  const x = uniform(key(1), [1, population.units]);
  const step = population.bind(params);
  let state = population.initialState(1);
  const bytes = await bytesOf(() => [state] = step(state, x), 1500);
  // Four tensors, the record of three of them and the pair take 840; 970 to 1,060 have been seen.
  assert(bytes <= 1500, `${bytes} bytes`);
});

Deno.test("a gradient leaves at most 3 kB besides the tensors that the program gets", async () => {
  const x = uniform(key(1), [5, 1, population.units]);
  const state = population.initialState(1);
  const g = uniform(key(2), x.shape);
  const call = valueAndGrad(({ x, ...params }: Params & { x: Tensor }) =>
    sum(mul(population.multiStep(params, state, x)[1], g))
  );
  const bytes = await bytesOf(() => call({ ...params, x }), 5000);
  // 13 tensors, six of them with a view, and their records take 2,000. Engines that leave some
  // function uninlined have been seen to take 4,100 to 4,450 in all.
  assert(bytes <= 5000, `${bytes} bytes`);
});
