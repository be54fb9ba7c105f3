// All ways to run a population on the CPU have the same bits: the evaluator, the kernels with their
// tables, rows of weights and sums by sets, and single steps of both, for any size, neuron,
// surrogate and rate.
import { trials } from "@spikeloop/dev/testing";
import { cubaLif, integrateAndFire, lif } from "@spikeloop/neuron";
import { key, randint, split, uniform } from "@spikeloop/random";
import { surrogate, surrogateNames } from "@spikeloop/surrogate";
import { add, mul, stack, sum, type Tensor, tensor, valueAuxAndGrad } from "@spikeloop/tensor";
import type { Backend } from "@spikeloop/backend";
import { cpu } from "@spikeloop/cpu";
import { evaluator } from "@spikeloop/backend/evaluator";
import type { Tensors } from "./layer.ts";
import { adaptiveLif } from "./testing/cases.ts";
import { assertSame } from "./testing/compare.ts";
import type { Population } from "./population.ts";
import { ilc } from "./wirings.ts";

const models = [integrateAndFire, lif, cubaLif, adaptiveLif];
/**
 * Numbers below and above the limits that select how gradients are summed: 8 and 64 rows, a slab.
 */
const batches = [1, 2, 7, 8, 9, 33, 64, 65, 100];
/** Groups of up to 25 units look their lateral currents up in tables of up to five units. */
const sizes = [1, 2, 3, 4, 5, 6, 9, 10, 11, 16, 19, 25, 26, 31];
const scales = [0.2, 0.6, 1.5];

/** A copy on a backend. */
const placed = (x: Tensor, backend: Backend) => tensor(x.dataSync(), x.shape, { backend });

type Inputs = {
  readonly params: Tensors;
  readonly state: Tensors;
  readonly xs: readonly Tensor[];
};

for (let seed = 0; seed < trials(40, 1000); seed++) {
  const [choices, paramsKey, xKey, weightKey, noiseKey] = split(key(seed), 5);
  const pick = randint(choices, [7], { min: 0, max: 2 ** 20 }).dataSync();
  const one = <T>(i: number, from: readonly T[]): T => from[pick[i] % from.length];
  const model = one(0, models);
  const name = one(1, surrogateNames());
  const slope = surrogate(name, name === "multiLevelSpikeCount" ? { maxSpikeCount: 2 } : {});
  const [batch, decPopDim] = [one(2, batches), one(3, sizes)];
  const [steps, actDim] = [1 + pick[4] % 5, 1 + pick[5] % 3];
  const learn = pick[6] % 2 === 0 ? ["vThreshold" as const] : [];
  const connection = { delay: one(7, [1, 1, 2, 7]) };
  const title =
    `${model.name}, ${slope.name}, T ${steps}, N ${batch}, ${actDim} times ${decPopDim}, delay ${connection.delay}`;

  Deno.test(`every path has the same bits: ${title}, seed ${seed}`, async () => {
    const population: Population = ilc(model, {
      actDim,
      decPopDim,
      surrogate: slope,
      learn,
      connection,
    });
    const shape = [batch, population.units];
    const keys = split(noiseKey, steps);
    const options = (t?: number) =>
      population.noise.length === 0 ? undefined : { key: t === undefined ? noiseKey : keys[t] };
    const max = one(4, scales);
    const xs = split(xKey, steps).map((k) => uniform(k, shape, { min: -max, max }));
    const inputs: Inputs = {
      params: population.init(paramsKey),
      state: population.initialState(batch),
      xs,
    };
    const weights = split(weightKey, steps).map((k) => uniform(k, shape, { min: -1, max: 1 }));
    const atOnce = ({ params, state, xs }: Inputs) => {
      const [last, spikes] = population.multiStep(params, state, stack([...xs]), options());
      const weight = placed(stack(weights), spikes.backend);
      return [sum(mul(spikes, weight)), { last, spikes }] as const;
    };
    const stepByStep = ({ params, state, xs }: Inputs) => {
      const step = population.bind(params);
      const spikes: Tensor[] = [];
      xs.forEach((x, t) => {
        let spike: Tensor;
        [state, spike] = step(state, x, options(t));
        spikes.push(spike);
      });
      const terms = spikes.map((s, t) => sum(mul(s, placed(weights[t], s.backend))));
      return [terms.reduce(add), { last: state, spikes: stack(spikes) }] as const;
    };
    const inputsOn = (backend: Backend): Inputs => {
      const all = (record: Readonly<Record<string, Tensor>>) =>
        Object.fromEntries(Object.entries(record).map(([name, x]) => [name, placed(x, backend)]));
      return {
        params: all(inputs.params),
        state: all(inputs.state),
        xs: xs.map((x) => placed(x, backend)),
      };
    };
    const results = [atOnce, stepByStep].flatMap((way) =>
      [cpu, evaluator].map((backend) => {
        const [, aux, gradients] = valueAuxAndGrad(way)(inputsOn(backend));
        return { aux, gradients };
      })
    );
    const device = { backend: cpu, exact: true };
    for (const other of results.slice(1)) {
      await assertSame(device, other.aux, results[0].aux, "spikes and last state");
      await assertSame(device, other.gradients, results[0].gradients, "gradients");
    }
  });
}
