import { assertEquals, assertLess, assertThrows } from "@std/assert";
import { trials } from "@spikeloop/dev/testing";
import { onGpu } from "@spikeloop/dev";
import * as e from "@spikeloop/expr";
import { cubaLif, defineNeuron, integrateAndFire, lif } from "@spikeloop/neuron";
import { key, uniform } from "@spikeloop/random";
import { atan } from "@spikeloop/surrogate";
import { cpu } from "@spikeloop/cpu";
import {
  clip,
  grad,
  max,
  maximum,
  minimum,
  mul,
  pow,
  scoped,
  sum,
  tanh,
  type Tensor,
  tensor,
  valueAndGrad,
  valueAuxAndGrad,
  where,
} from "@spikeloop/tensor";
import { assertClose, numbers } from "./testing/compare.ts";
import {
  adam,
  clipByGlobalNorm,
  dense,
  ilc,
  type OptimizerState,
  plain,
  type Population,
} from "./mod.ts";
import { diagnoseSuite } from "./testing/diagnose_suite.ts";
import { goldenSuite } from "./testing/golden_suite.ts";
import { linearSuite } from "./testing/linear_suite.ts";
import { lossesSuite } from "./testing/losses_suite.ts";
import { networkSuite } from "./testing/network_suite.ts";
import { optimizerSuite } from "./testing/optimizer_suite.ts";
import { populationSuite } from "./testing/population_suite.ts";
import { trainingSuite } from "./testing/training_suite.ts";

await onGpu("populations and their training", (backend) => {
  const device = { backend, exact: false, isSampled: trials(1, 0) === 1 };
  populationSuite(device);
  for (
    const suite of [
      linearSuite,
      networkSuite,
      diagnoseSuite,
      lossesSuite,
      goldenSuite,
      optimizerSuite,
      trainingSuite,
    ]
  ) {
    suite(device);
  }

  const at = { backend };
  /** Returns the number of dispatches of a function. */
  const dispatches = (run: () => void): number => {
    const before = backend.info.dispatches;
    run();
    return backend.info.dispatches - before;
  };

  Deno.test("a sequence is one dispatch forward and one backward on the GPU, whatever its length", () => {
    for (const [steps, decPopDim] of [[2, 10], [4, 10], [105, 1], [30, 20]]) {
      const population = ilc(cubaLif, { actDim: 3, decPopDim });
      const params = population.init(key(0), at);
      const state = population.initialState(5, at);
      const x = uniform(key(1), [steps, 5, population.units], at);
      const run = (p: typeof params, x: Tensor) => population.multiStep(p, state, x)[1];
      const spikes = run(params, x);
      assertEquals(dispatches(() => run(params, x)), 1);
      const loss = (s: Tensor) => sum(mul(s, s));
      const rest = dispatches(() => grad(loss)(spikes));
      // One more turns the weights of larger groups.
      const turns = decPopDim > 16 ? 1 : 0;
      const pulled = dispatches(() => grad((x: Tensor) => loss(run(params, x)))(x));
      assertEquals(pulled, rest + 2 + turns);
      // Another one adds up the gradients of weight and bias.
      const learning = () => grad((p: typeof params) => loss(run(p, x)))(params);
      assertEquals(dispatches(learning), rest + 3 + turns);
    }
  });

  Deno.test("populations that differ in numbers alone share their pipelines on the GPU", async () => {
    const x = uniform(key(1), [3, 2, 6], { ...at, max: 0.8 });
    const run = (alpha: number, vThreshold: number) => {
      const surrogate = atan({ alpha });
      const population = ilc(cubaLif, {
        actDim: 2,
        decPopDim: 3,
        surrogate,
        params: { vThreshold },
      });
      const state = population.initialState(2, at);
      const params = population.init(key(0), at);
      const loss = (p: typeof params) => sum(mul(population.multiStep(p, state, x)[1], x));
      return numbers(grad(loss)(params));
    };
    const first = await run(2, 0.5);
    const { pipelines } = backend.info;
    for (let n = 0; n < 20; n++) await run(1 + n / 4, 0.4 + n / 100);
    const again = await run(2, 0.5);
    assertEquals(backend.info.pipelines, pipelines);
    assertEquals(again, first);
  });

  Deno.test("a neuron and a surrogate of a user's own run on the GPU, whatever their names are", async () => {
    const refractory = defineNeuron({
      name: "refractory /* neuron",
      rest: { fn: 0, while: 0 },
      params: { let: 0.7, vThreshold: 0.4, "two\nlines": 0.25 },
      charge: (s, x, p) => ({ fn: e.add(e.mul(s.fn, p.let), x), while: s.while }),
      fire: (s, p) => e.sub(s.fn, e.add(p.vThreshold, s.while)),
      reset: (s, spike, p) => ({
        fn: e.sub(s.fn, e.mul(spike, p.vThreshold)),
        while: e.add(e.mul(s.while, 0.5), e.mul(spike, p["two\nlines"])),
      }),
    });
    const surrogate = {
      name: "bell",
      params: {},
      slope: (u: e.Expr) => e.exp(e.neg(e.mul(4, e.mul(u, u)))),
    };
    const population = ilc(refractory, { actDim: 2, decPopDim: 5, surrogate, learn: ["let"] });
    const run = async (place: { backend: typeof backend | typeof cpu }) => {
      const params = population.init(key(0), place);
      const x = uniform(key(1), [6, 4, 10], { ...place, max: 0.8 });
      const state = population.initialState(4, place);
      const results = valueAuxAndGrad((p: typeof params) => {
        const [, spikes] = population.multiStep(p, state, x);
        return [sum(mul(spikes, x)), spikes];
      })(params);
      return await numbers(results);
    };
    await assertClose(tensor(await run(at)), await run({ backend: cpu }), 1e-5, "refractory");
  });

  Deno.test("a population larger than a workgroup is refused by the limit's name", () => {
    const { maxComputeInvocationsPerWorkgroup } = backend.info.limits;
    const population = ilc(lif, { actDim: 1, decPopDim: maxComputeInvocationsPerWorkgroup + 1 });
    const x = uniform(key(1), [1, 1, population.units], at);
    assertThrows(
      () => population.multiStep(population.init(key(0), at), population.initialState(1, at), x),
      RangeError,
      "maxComputeInvocationsPerWorkgroup allows",
    );
  });

  Deno.test("a population of up to 256 units has the CPU's gradients on the GPU", async () => {
    for (const population of [ilc(lif, { actDim: 2, decPopDim: 65 }), dense(lif, { units: 256 })]) {
      const run = async (place: { backend: typeof backend | typeof cpu }) => {
        const x = uniform(key(1), [3, 2, population.units], { ...place, max: 1.5 });
        const state = population.initialState(2, place);
        const params = population.init(key(0), place);
        const loss = (p: typeof params) => sum(mul(population.multiStep(p, state, x)[1], x));
        return await numbers(grad(loss)(params));
      };
      await assertClose(tensor(await run(at)), await run({ backend: cpu }), 1e-4, "gradients");
    }
  });

  Deno.test("more units than one axis of workgroups takes run on the GPU as on the CPU", async () => {
    const [count, units, distinct] = [65537, 64, 3];
    const sample = uniform(key(1), [1, distinct, units], { min: -1, max: 2 });
    const rows = sample.dataSync();
    const many = Float32Array.from({ length: count * units }, (_, i) => rows[i % rows.length]);
    const populations: Population[] = [
      plain(integrateAndFire, { units }),
      ilc(lif, { actDim: units / 2, decPopDim: 2 }),
    ];
    for (const population of populations) {
      const run = async (x: Tensor) => {
        const place = { backend: x.backend };
        const state = population.initialState(x.shape[1], place);
        const params = population.init(key(2), place);
        const [{ v, lateral }] = population.multiStep(params, state, x);
        return await Promise.all([v, lateral ?? v].map((s) => s.data()));
      };
      const expected = await run(sample);
      const got = await run(tensor(many, [1, count, units], at));
      got.forEach((values, s) =>
        assertLess(
          values.reduce(
            (worst, y, i) => Math.max(worst, Math.abs(y - expected[s][i % rows.length])),
            0,
          ),
          1e-5,
        )
      );
    }
  });

  Deno.test("more groups than one axis of workgroups takes have the CPU's gradients on the GPU", async () => {
    const population = ilc(lif, { actDim: 70_000, decPopDim: 2 });
    const run = async (place: { backend: typeof backend | typeof cpu }) => {
      const x = uniform(key(1), [2, 1, population.units], { ...place, max: 1.5 });
      const state = population.initialState(1, place);
      const params = population.init(key(0), place);
      const loss = (p: typeof params) => sum(mul(population.multiStep(p, state, x)[1], x));
      const { weight, bias } = grad(loss)(params);
      return await Promise.all([weight.data(), bias.data()]);
    };
    const [got, want] = [await run(at), await run({ backend: cpu })];
    want.forEach((values, i) => {
      assertEquals(values.some((v) => v !== 0), true);
      assertLess(values.reduce((most, v, k) => Math.max(most, Math.abs(v - got[i][k])), 0), 1e-4);
    });
  });

  Deno.test("NaN stays NaN on the GPU: in extremes, clipping, tanh, powers and the norm of gradients", async () => {
    const one = (x: number) => tensor([x], [1], at);
    const results = {
      tanh: tanh(one(NaN)),
      minimum: minimum(one(2), one(NaN)),
      maximum: maximum(one(NaN), one(2)),
      clip: clip(one(NaN), -1, 1),
      pow: pow(one(0), one(NaN)),
      "pow of a negative number": pow(one(-2), one(0.5)),
      clipByGlobalNorm: clipByGlobalNorm({ a: one(30), b: one(NaN) }, 1).a,
      where: where(one(NaN), one(NaN), one(1)),
      max: max(tensor([1, NaN, 3], [3], at)),
    };
    const values = await Promise.all(Object.values(results).map((x) => x.data()));
    Object.keys(results).forEach((name, i) => assertEquals(values[i][0], NaN, name));
    const cubes = await pow(tensor([-2, -3], [2], at), one(3)).data();
    assertLess(Math.abs(cubes[0] + 8) + Math.abs(cubes[1] + 27), 1e-4);
  });

  Deno.test("updates on the GPU take flat memory, and the population learns", async () => {
    const population = ilc(cubaLif, { actDim: 1, decPopDim: 3, surrogate: atan() });
    const optimizer = adam({ learningRate: 0.01 });
    const x = uniform(key(1), [3, 4, 3], { ...at, max: 0.5 });
    const start = population.initialState(4, at);
    const params = population.init(key(0), at);
    const lossAndGrad = valueAndGrad((p: typeof params) => {
      const [, spikes] = population.multiStep(p, start, x);
      return sum(mul(spikes, -1));
    });
    type Training = {
      params: typeof params;
      state: OptimizerState<typeof params>;
      loss: Tensor;
    };
    const update = scoped(backend, ({ params, state }: Training): Training => {
      const [loss, grads] = lossAndGrad(params);
      const [next, nextState] = optimizer.update(params, grads, state);
      return { params: next, state: nextState, loss };
    });
    const [first] = lossAndGrad(params);
    let training: Training = { params, state: optimizer.init(params), loss: first };
    const sizes = new Set<number>();
    for (let i = 0; i < trials(400, 20_000); i++) {
      training = update(training);
      if (i >= 10) sizes.add(backend.info.bytesHeld).add(backend.info.bytesInUse);
    }
    assertEquals(sizes.size, 2);
    assertLess((await training.loss.data())[0], (await first.data())[0]);
  });
});
