import { assert, assertEquals } from "@std/assert";
import { collectGarbage, countModules, garbageCollector } from "@spikeloop/dev/testing";
import { add, mul as times, sub as minus } from "@spikeloop/expr";
import { cubaLif, defineNeuron, lif, type Neuron } from "@spikeloop/neuron";
import { key, uniform } from "@spikeloop/random";
import { atan, rect, slopeAt, squarewaveFourierSeries, type Surrogate } from "@spikeloop/surrogate";
import { full, grad, sum, type Tensor } from "@spikeloop/tensor";
import { ilc, plain, type PopulationOptions } from "./mod.ts";

const x = uniform(key(0), [4, 2, 6]);

/** Makes a population of a model, takes a gradient through it and drops it. */
function use(model: Neuron, options: PopulationOptions = {}): void {
  const population = ilc(model, { actDim: 2, decPopDim: 3, ...options });
  const params = population.init(key(1));
  grad((p: typeof params) => sum(population.multiStep(p, population.initialState(2), x)[1]))(
    params,
  );
}

/** A leak whose decay is written into its equations. */
function leak(decay: number): Neuron {
  return defineNeuron({
    name: "leak",
    rest: { v: 0 },
    params: { vThreshold: 0.5 },
    charge: ({ v }, x) => ({ v: add(times(v, decay), x) }),
    fire: ({ v }, p) => minus(v, p.vThreshold),
    reset: ({ v }, spike) => ({ v: times(v, minus(1, spike)) }),
  });
}

/** Returns the gradient of one spike with respect to its input, at u = 0.25. */
function gradientOf(surrogate: Surrogate): number {
  const population = plain(lif, { units: 1, surrogate });
  const state = population.initialState(1);
  const spikes = (x: Tensor) => sum(population.multiStep({}, state, x)[1]);
  return grad(spikes)(full([1, 1, 1], 1.25)).item();
}

Deno.test("5,000 populations that differ in numbers alone compile once and leave nothing behind", async () => {
  await countModules(async (modules) => {
    const update = (n: number) =>
      use(cubaLif, {
        surrogate: atan({ alpha: 1 + n / 1000 }), // 2 and 4 among them
        params: { vThreshold: 0.5 + n / 10_000, vDecay: n / 5000 },
      });
    for (let n = 0; n < 100; n++) update(n);
    const { compiled } = modules;
    await collectGarbage();
    const before = Deno.memoryUsage().heapUsed;
    for (let n = 0; n < 5000; n++) update(n);
    await collectGarbage();
    const megabytes = (Deno.memoryUsage().heapUsed - before) / 1e6;
    assertEquals(modules.compiled, compiled);
    assert(megabytes < 10, `${megabytes} MB are left`);
  });
});

Deno.test("definitions that nobody holds are collected with their code, but for the last ones", async () => {
  await countModules(async (modules) => {
    for (let n = 0; n < 300; n++) use(leak(n / 1000));
    assert(modules.compiled >= 600, "they compile a forward and a backward pass each");
    await collectGarbage();
    assert(modules.alive < 2 * 2 * 64, `${modules.alive} modules are alive`);
  });
});

Deno.test("a program that makes ever new definitions stays small, also if it never awaits", async () => {
  const collect = await garbageCollector();
  const heapAfter = (first: number, end: number) => {
    for (let n = first; n < end; n++) use(leak(0.5 + n / 1000));
    collect();
    return Deno.memoryUsage().heapUsed / 1e6;
  };
  const before = heapAfter(0, 150);
  const megabytes = heapAfter(150, 400) - before;
  assert(megabytes < 10, `${megabytes} MB are left`); // 250 kernels take 30
});

Deno.test("a population that was dropped and is made again compiles nothing", async () => {
  await countModules(async (modules) => {
    use(leak(0.9));
    const { compiled } = modules;
    await collectGarbage();
    use(leak(0.9));
    assertEquals(modules.compiled, compiled);
  });
});

Deno.test("populations that share a kernel have each the slope of their own surrogate", () => {
  const u = new Float32Array([0.25]);
  const all = [1, 2, 4, 3].flatMap((alpha) => [atan({ alpha }), rect({ alpha })]);
  for (const s of [...all, ...all]) {
    assertEquals(gradientOf(s), slopeAt(s, u)[0], `${s.name} ${s.params.alpha}`);
  }
});

Deno.test("a slope of more numbers than a kernel takes is compiled with them, and is the same", async () => {
  const coefficients = Array.from({ length: 100 }, (_, i) => (i % 7) / 100);
  const series = (first: number): Surrogate => ({
    name: "series",
    params: {},
    slope: (u) => [first, ...coefficients].map((c) => times(u, c)).reduce(add),
  });
  await countModules((modules) => {
    for (const first of [1, 0.5]) {
      const { compiled } = modules;
      const expected = slopeAt(series(first), new Float32Array([0.25]))[0];
      assertEquals(gradientOf(series(first)), expected);
      assert(modules.compiled > compiled);
    }
  });
});

Deno.test("a surrogate of many terms runs and is differentiated", () => {
  const units = plain(lif, { units: 8, surrogate: squarewaveFourierSeries({ n: 300 }) });
  const loss = (x: Tensor) => sum(units.multiStep({}, units.initialState(1), x)[1]);
  const slopes = grad(loss)(full([3, 1, 8], 0.5)).dataSync();
  assertEquals(slopes.every(Number.isFinite), true);
});
