import { assert } from "@std/assert";
import { sizeOf } from "@spikeloop/backend";
import { watchFreed } from "@spikeloop/cpu";
import { assertSameBits, floats, generator } from "@spikeloop/dev/testing";
import { cubaLif, lif } from "@spikeloop/neuron";
import { key } from "@spikeloop/random";
import { rect } from "@spikeloop/surrogate";
import {
  mean,
  mul,
  reshape,
  slice,
  stack,
  sum,
  Tensor,
  tensor,
  valueAndGrad,
} from "@spikeloop/tensor";
import { crossEntropy } from "./cross_entropy.ts";
import { detach } from "./detach.ts";
import { linear } from "./linear.ts";
import { meanSquaredError } from "./mean_squared_error.ts";
import { sequential } from "./sequential.ts";
import { ilc, plain } from "./wirings.ts";

const random = generator(1);
const numbers = (...shape: number[]) => tensor(floats(random, sizeOf(shape)), shape);
const [steps, batch] = [5, 9];
const population = ilc(cubaLif, { actDim: 3, decPopDim: 4, surrogate: rect() });
const network = sequential({
  fc1: linear({ inFeatures: 6, outFeatures: 12 }),
  group: population,
  fc2: linear({ inFeatures: 12, outFeatures: 10 }),
  out: plain(lif, { units: 10, surrogate: rect() }),
});
const params = network.init(key(1));
const x = mul(numbers(steps, batch, 6), 5);
const goal = numbers(steps, batch, 10);

/** Losses of the network's spikes; all that they pass to `seen` is read after the gradient. */
const losses: Readonly<Record<string, (spikes: Tensor) => Tensor>> = {
  "a weighted sum": (spikes) => sum(mul(spikes, goal)),
  "the mean squared error": (spikes) => meanSquaredError(spikes, goal),
  "the cross-entropy of rates": (spikes) =>
    crossEntropy(mean(spikes, 0), Array.from({ length: batch }, (_, i) => i)),
  "the rates alone": (spikes) => mean(spikes),
};

/** The numbers of value, gradients, spikes and last state, of two runs or of single steps. */
function run(loss: (typeof losses)[string], isStepped: boolean): Float32Array[] {
  const seen: Tensor[] = [];
  const collect = (value: unknown): void => {
    if (typeof value !== "object" || value === null) return;
    if (value instanceof Tensor) seen.push(value);
    else Object.values(value).forEach(collect);
  };
  const runs = (p: typeof params, x: Tensor) => {
    const [middle] = network.multiStep(p, network.initialState(batch), x);
    return network.multiStep(p, detach(middle), x);
  };
  const singleSteps = (p: typeof params, x: Tensor) => {
    const step = network.bind(p);
    let state = network.initialState(batch);
    const spikes = Array.from({ length: steps }, (_, t) => {
      const [next, y] = step(state, reshape(slice(x, t, t + 1), [batch, 6]));
      state = next;
      return y;
    });
    return [state, stack(spikes)] as const;
  };
  const [value, gradients] = valueAndGrad((p: { params: typeof params; x: Tensor }) => {
    const [state, spikes] = (isStepped ? singleSteps : runs)(p.params, p.x);
    collect([state, spikes]);
    return loss(spikes);
  })({ params, x });
  collect([value, gradients]);
  return seen.map((t) => t.dataSync());
}

Deno.test("losses, gradients and spikes keep their values while memory is used again", () => {
  let freed = 0;
  for (const [name, loss] of Object.entries(losses)) {
    for (const isStepped of [true, false]) {
      const want = run(loss, isStepped);
      watchFreed((numbers) => {
        numbers.fill(NaN);
        freed++;
      });
      try {
        for (let i = 0; i < 2; i++) {
          run(loss, isStepped).forEach((got, j) =>
            assertSameBits(got, want[j], `${name}, result ${j}`)
          );
        }
      } finally {
        watchFreed(undefined);
      }
    }
  }
  assert(freed > 0);
});
