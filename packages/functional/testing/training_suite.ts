// Small trainings on any backend, as tests.
import { assertLess } from "@std/assert";
import { cubaLif, lif } from "@spikeloop/neuron";
import { key, split } from "@spikeloop/random";
import { atan, sigmoid } from "@spikeloop/surrogate";
import { add, type Tensor, tensor, type Tree, valueAndGrad } from "@spikeloop/tensor";
import { adam, clipByGlobalNorm, crossEntropy, ilc, linear, plain, spikeRateLoss } from "../mod.ts";
import { type Device, numbers, random } from "./compare.ts";

/** Returns the loss before and after some updates. */
async function descend<P extends Tree>(
  params: P,
  lossAndGrad: (params: P) => [Tensor, P],
  updates: number,
): Promise<[before: number, after: number]> {
  const optimizer = adam({ learningRate: 0.03 });
  let state = optimizer.init(params);
  const [before] = await numbers(lossAndGrad(params)[0]);
  for (let i = 0; i < updates; i++) {
    const [, grads] = lossAndGrad(params);
    [params, state] = optimizer.update(params, clipByGlobalNorm(grads, 5), state);
  }
  const [after] = await numbers(lossAndGrad(params)[0]);
  return [before, after];
}

/** Runs small trainings on a device. */
export function trainingSuite(device: Device): void {
  const test = (title: string, f: () => void | Promise<void>) =>
    Deno.test(`${title} (${device.backend.name})`, f);
  const on = (values: Parameters<typeof tensor>[0]) =>
    tensor(values, undefined, { backend: device.backend });

  test("a population learns spike counts", async () => {
    const population = ilc(cubaLif, { actDim: 2, decPopDim: 4, surrogate: atan() });
    const x = random(device, key(1), [8, 4, 8], 0, 0.3);
    const target = tensor([1, 2, 3, 4, 4, 3, 2, 1].map((count) => count / 8), undefined, {
      backend: device.backend,
    });
    const params = population.init(key(2), { backend: device.backend });
    const lossAndGrad = valueAndGrad((p: typeof params) => {
      const [, spikes] = population.multiStep(
        p,
        population.initialState(4, { backend: device.backend }),
        x,
      );
      return spikeRateLoss(spikes, target);
    });
    const losses = await descend(params, lossAndGrad, 60);
    assertLess(losses[1], losses[0] * 0.4);
  });

  test("two layers learn to classify, step by step, and learn a leak too", async () => {
    const layer = linear({ inFeatures: 3, outFeatures: 5 });
    const hidden = plain(lif, { units: 5, surrogate: sigmoid(), learn: ["vDecay", "vThreshold"] });
    const readOut = linear({ inFeatures: 5, outFeatures: 2 });
    const x = random(device, key(4), [20, 3]);
    const classes = (await numbers(x)).flatMap((_, i, all) =>
      i % 3 === 0 ? [all[i] + all[i + 1] > 0 ? 1 : 0] : []
    );
    const keys = split(key(5), 3);
    const params = {
      first: layer.init(keys[0], { backend: device.backend }),
      hidden: hidden.init(keys[1], { backend: device.backend }),
      last: readOut.init(keys[2], { backend: device.backend }),
    };
    const lossAndGrad = valueAndGrad((p: typeof params) => {
      const step = hidden.bind(p.hidden);
      let state = hidden.initialState(20, { backend: device.backend });
      const current = layer.apply(p.first, x);
      let loss = on(0);
      for (let t = 0; t < 4; t++) {
        const [next, spike] = step(state, current);
        state = next;
        loss = add(loss, crossEntropy(readOut.apply(p.last, spike), classes));
      }
      return loss;
    });
    const losses = await descend(params, lossAndGrad, 60);
    assertLess(losses[1], losses[0] * 0.6);
  });
}
