// Optimizers, and functions that work on gradients and parameters, on any backend, as tests.
import { assertEquals, assertLess } from "@std/assert";
import { tensor } from "@spikeloop/tensor";
import { adam, clipByGlobalNorm, globalNorm, polyak, sgd } from "../mod.ts";
import { assertClose, type Device, numbers } from "./compare.ts";

/** Runs the tests of optimizers on a device. */
export function optimizerSuite(device: Device): void {
  const test = (title: string, f: () => void | Promise<void>) =>
    Deno.test(`${title} (${device.backend.name})`, f);
  const on = (values: Parameters<typeof tensor>[0]) =>
    tensor(values, undefined, { backend: device.backend });

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

  test("polyak averages as the reference does", async () => {
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

  test("optimizers write to none of their arguments", async () => {
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
}
