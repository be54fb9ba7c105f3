// Layers, losses and optimizers on any backend, as tests.
import { assert, assertEquals, assertLess } from "@std/assert";
import { cubaLif, lif } from "@spikeloop/neuron";
import { key, split } from "@spikeloop/random";
import { atan, sigmoid } from "@spikeloop/surrogate";
import {
  add,
  equal,
  grad,
  mul,
  sum,
  type Tensor,
  tensor,
  type Tree,
  valueAndGrad,
} from "@spikeloop/tensor";
import {
  adam,
  clipByGlobalNorm,
  crossEntropy,
  globalNorm,
  ilc,
  linear,
  type LinearParams,
  meanSquaredError,
  plain,
  polyak,
  type PopulationParams,
  sgd,
  spikeRateLoss,
} from "../mod.ts";
import { assertClose, type Device, numbers, random } from "./compare.ts";

/** The loss before and after some updates. */
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

/** Runs the tests of what surrounds populations on a device. */
export function trainingSuite(device: Device): void {
  const test = (title: string, f: () => void | Promise<void>) =>
    Deno.test(`${title} (${device.backend.name})`, f);
  const on = (values: Parameters<typeof tensor>[0]) =>
    tensor(values, undefined, { backend: device.backend });

  test("linear is x · weightᵀ + bias, forward and backward", async () => {
    const layer = linear({ inFeatures: 2, outFeatures: 3 });
    const params = { weight: on([[1, 2], [3, 4], [5, 6]]), bias: on([10, 20, 30]) };
    const x = on([[[1, 0]], [[1, 1]]]);
    const y = layer.apply(params, x);
    assertEquals(y.shape, [2, 1, 3]);
    await assertClose(y, [11, 23, 35, 13, 27, 41], 1e-7, "values");
    const f = ([p, x]: readonly [LinearParams, Tensor]) => sum(layer.apply(p, x));
    const [gp, gx] = grad(f)([params, x]);
    await assertClose(gp.weight, [2, 1, 2, 1, 2, 1], 1e-7, "weight");
    await assertClose(gp.bias, [2, 2, 2], 1e-7, "bias");
    await assertClose(gx, [9, 12, 9, 12], 1e-7, "x");
  });

  test("linear after spikes is the same as after equal numbers", async () => {
    const layer = linear({ inFeatures: 40, outFeatures: 9 });
    const params = layer.init(key(0), { backend: device.backend });
    const x = random(device, key(1), [6, 40]);
    const spikes = equal(x, x);
    assert(spikes.binary);
    const same = mul(spikes, 1);
    await assertClose(layer.apply(params, spikes), layer.apply(params, same), 1e-6, "values");
  });

  test("fresh weights and biases are uniform within 1/√fanIn", async () => {
    const { weight, bias } = linear({ inFeatures: 64, outFeatures: 200 }).init(key(3), {
      backend: device.backend,
    });
    const drawn = [...await numbers(weight), ...await numbers(bias)];
    assertLess(Math.max(...drawn.map(Math.abs)), 0.125000001);
    const meanSquare = drawn.reduce((a, v) => a + v * v, 0) / drawn.length;
    assertLess(Math.abs(meanSquare * 64 * 3 - 1), 0.05);
    const params = ilc(cubaLif, { actDim: 16, decPopDim: 16 }).init(key(3), {
      backend: device.backend,
    });
    assertLess(Math.max(...(await numbers(params)).map(Math.abs)), 0.250000001);
    assertEquals(Object.keys(params), ["weight", "bias"]);
  });

  test("meanSquaredError and spikeRateLoss have their values and gradients", async () => {
    const target = on([[1, 2], [3, 4]]);
    const f = (x: Tensor) => meanSquaredError(x, target);
    const [value, slope] = valueAndGrad(f)(on([[1, 4], [3, 2]]));
    await assertClose(value, [2], 1e-7, "value");
    await assertClose(slope, [0, 1, 0, -1], 1e-7, "gradient");
    const spikes = on([[[1, 0]], [[1, 1]], [[0, 0]], [[0, 0]]]);
    const [loss, g] = valueAndGrad((s: Tensor) => spikeRateLoss(s, on([0.25, 0.25])))(spikes);
    await assertClose(loss, [0.03125], 1e-7, "rate loss");
    await assertClose(g, [0, 1, 2, 3].flatMap(() => [0.0625, 0]), 1e-7, "its gradient");
  });

  test("crossEntropy equals -log softmax in double precision, also for huge logits", async () => {
    const rows = [[0.5, -1, 2], [1000, 0, -1000], [-3e4, -3e4, -3e4 + 1], [-Infinity, 0, 1]];
    const classes = [2, 1, 0, 1];
    const expected = rows.map((row, i) => {
      const top = Math.max(...row);
      const total = row.reduce((a, x) => a + Math.exp(x - top), 0);
      return Math.log(total) + top - row[classes[i]];
    });
    const mean = expected.reduce((a, b) => a + b) / 4;
    const oneHot = classes.map((c) => [0, 1, 2].map((i) => i === c ? 1 : 0));
    for (const targets of [classes, on(classes), oneHot, on(oneHot)]) {
      await assertClose(crossEntropy(on(rows), targets), [mean], 1e-6, "value");
    }
    const slope = await numbers(grad((x: Tensor) => crossEntropy(x, classes))(on(rows)));
    rows.forEach((row, i) => {
      const top = Math.max(...row);
      const total = row.reduce((a, x) => a + Math.exp(x - top), 0);
      row.forEach((x, j) => {
        const s = (Math.exp(x - top) / total - oneHot[i][j]) / 4;
        assertLess(Math.abs(slope[i * 3 + j] - s), 1e-6);
      });
    });
  });

  test("adam follows the paper's formulas", async () => {
    const optimizer = adam({ learningRate: 0.1, betas: [0.8, 0.9], epsilon: 1e-3 });
    const slopes = [[0.5, -2], [1, 0.25], [-3, 0]];
    let params = { a: { b: on([1, -1]) } };
    let state = optimizer.init(params);
    const p = [1, -1];
    const m = [0, 0];
    const s = [0, 0];
    for (const [i, g] of slopes.entries()) {
      [params, state] = optimizer.update(params, { a: { b: on(g) } }, state);
      for (const j of [0, 1]) {
        m[j] = 0.8 * m[j] + 0.2 * g[j];
        s[j] = 0.9 * s[j] + 0.1 * g[j] ** 2;
        p[j] -= 0.1 * (m[j] / (1 - 0.8 ** (i + 1))) /
          (Math.sqrt(s[j] / (1 - 0.9 ** (i + 1))) + 1e-3);
      }
      await assertClose(params, p, 1e-6, `update ${i + 1}`);
      assertEquals(state.step, i + 1);
    }
    await assertClose(state.moments.mean, m, 1e-6, "mean");
    await assertClose(state.moments.meanSquare, s, 1e-6, "mean square");
  });

  test("adam's first update is the learning rate, whatever the gradient", async () => {
    const [p] = adam().update(on([1, 1, 1]), on([1e-3, -7, 0]), adam().init(on([1, 1, 1])));
    await assertClose(p, [0.99900001, 1.001, 1], 1e-7, "parameters");
  });

  test("weight decay adds to the gradient", async () => {
    const both = { learningRate: 0.1, weightDecay: 0.5 };
    const params = [on([2, -4])];
    const [byHand] = adam({ learningRate: 0.1 }).update(params, [on([2, 0])], adam().init(params));
    const [decayed] = adam(both).update(params, [on([1, 2])], adam(both).init(params));
    await assertClose(decayed, byHand, 1e-7, "adam");
    const [rolled] = sgd(both).update(params, [on([1, 2])], sgd(both).init(params));
    await assertClose(rolled, [1.8, -4], 1e-7, "sgd");
  });

  test("sgd with momentum, dampening and nesterov moves as PyTorch's", async () => {
    const run = async (options: Parameters<typeof sgd>[0]) => {
      const optimizer = sgd({ learningRate: 0.1, ...options });
      let p = on([1]);
      let state = optimizer.init(p);
      for (const g of [1, 2, -1]) [p, state] = optimizer.update(p, on([g]), state);
      return await numbers(p);
    };
    const close = (a: number[], b: number) => assertLess(Math.abs(a[0] - b), 1e-6);
    close(await run({}), 1 - 0.1 * 2);
    close(await run({ momentum: 0.9 }), 1 - 0.1 * (1 + 2.9 + 1.61));
    close(await run({ momentum: 0.9, dampening: 0.5 }), 1 - 0.1 * (1 + 1.9 + 1.21));
    close(await run({ momentum: 0.9, nesterov: true }), 1 - 0.1 * (1.9 + 4.61 + 0.449));
  });

  test("a learning rate may depend on the update", async () => {
    const optimizer = sgd({ learningRate: (step) => 1 / step });
    let p = on([0]);
    let state = optimizer.init(p);
    for (let i = 0; i < 3; i++) [p, state] = optimizer.update(p, on([1]), state);
    await assertClose(p, [-(1 + 1 / 2 + 1 / 3)], 1e-6, "parameter");
  });

  test("clipByGlobalNorm scales all gradients together, and only down", async () => {
    const grads = { a: on([3, 0]), b: [on(4)] };
    await assertClose(globalNorm(grads), [5], 1e-7, "norm");
    await assertClose(clipByGlobalNorm(grads, 1), [0.6, 0, 0.8], 1e-6, "clipped");
    await assertClose(clipByGlobalNorm(grads, 10), [3, 0, 4], 1e-7, "as they were");
  });

  test("polyak averages as the reference's targets did", async () => {
    const url = new URL("../testdata/polyak.json", import.meta.url);
    const { rate, tensors } = JSON.parse(await Deno.readTextFile(url));
    for (const [name, { shape, ...data }] of Object.entries<Record<string, number[]>>(tensors)) {
      const make = (values: number[]) =>
        tensor(Float32Array.from(values), shape, { backend: device.backend });
      const result = await numbers(polyak([make(data.target)], [make(data.source)], rate));
      if (device.exact) assertEquals(result, [...Float32Array.from(data.after)], name);
      else await assertClose(on(result), data.after, 1e-6, name);
    }
  });

  test("optimizers write to nothing they are given", async () => {
    const params = { w: on([1, 2]) };
    const grads = { w: on([1, -1]) };
    for (const optimizer of [adam({ weightDecay: 1 }), sgd({ momentum: 0.9 })]) {
      const [, state] = optimizer.update(params, grads, optimizer.init(params));
      const before = await numbers([params, grads, state.moments]);
      optimizer.update(params, grads, state);
      assertEquals(await numbers([params, grads, state.moments]), before);
      assertEquals(state.step, 1);
    }
  });

  test("a population learns given spike counts", async () => {
    const population = ilc(cubaLif, { actDim: 2, decPopDim: 4, surrogate: atan() });
    const x = random(device, key(1), [8, 4, 8], 0, 0.3);
    const target = tensor([1, 2, 3, 4, 4, 3, 2, 1].map((count) => count / 8), undefined, {
      backend: device.backend,
    });
    const lossAndGrad = valueAndGrad((params: PopulationParams) => {
      const [, spikes] = population.multiStep(
        params,
        population.initialState(4, { backend: device.backend }),
        x,
      );
      return spikeRateLoss(spikes, target);
    });
    const losses = await descend(
      population.init(key(2), { backend: device.backend }),
      lossAndGrad,
      60,
    );
    assertLess(losses[1], losses[0] * 0.4);
  });

  test("two layers learn to classify, step by step, with a leak that is learned too", async () => {
    const layer = linear({ inFeatures: 3, outFeatures: 5 });
    const hidden = plain(lif, { units: 5, surrogate: sigmoid(), learn: ["vDecay", "vThreshold"] });
    const readOut = linear({ inFeatures: 5, outFeatures: 2 });
    const x = random(device, key(4), [20, 3]);
    const classes = (await numbers(x)).flatMap((_, i, all) =>
      i % 3 === 0 ? [all[i] + all[i + 1] > 0 ? 1 : 0] : []
    );
    const keys = split(key(5), 3);
    type Params = { first: LinearParams; hidden: PopulationParams; last: LinearParams };
    const params: Params = {
      first: layer.init(keys[0], { backend: device.backend }),
      hidden: hidden.init(keys[1], { backend: device.backend }),
      last: readOut.init(keys[2], { backend: device.backend }),
    };
    const lossAndGrad = valueAndGrad((p: Params) => {
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
