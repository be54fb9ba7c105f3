// Populations on any backend, as tests.
import { assert, assertEquals, assertGreater, assertNotEquals, assertThrows } from "@std/assert";
import { cubaLif, integrateAndFire, lif } from "@spikeloop/neuron";
import { key, split } from "@spikeloop/random";
import { poissonPass, rect } from "@spikeloop/surrogate";
import {
  add,
  grad,
  mapTree,
  mul,
  stack,
  stopGradient,
  sum,
  type Tensor,
  tensor,
  treeLeaves,
  valueAndGrad,
  zeros,
} from "@spikeloop/tensor";
import { ilc, plain, type Population, type Tensors } from "../mod.ts";
import {
  atOnce,
  batch,
  inHalves,
  type Inputs,
  inputsFor,
  lossOf,
  rowOf,
  stepByStep,
  steps,
} from "./ways.ts";
import { allCases, smoothCases } from "./cases.ts";
import {
  assertClose,
  assertSame,
  type Device,
  numbers,
  random,
  sample,
  slopeAlong,
  together,
} from "./compare.ts";

/** Every wiring meets every surrogate once, in some model: 80 cases, 16 for each model. */
const pairsStride = 5;

/** Every model and every wiring comes once: 9 cases, 3 for each model. */
const diagonalStride = 4;

/** Runs the tests of populations on a device. */
export function populationSuite(device: Device): void {
  const test = (title: string, f: () => void | Promise<void>) =>
    Deno.test(`${title} (${device.backend.name})`, f);

  test("multiStep() equals step() repeated, values and gradients", async () => {
    await together(sample(device, allCases(), pairsStride), async ({ title, population }) => {
      const inputs = inputsFor(device, population);
      await assertSame(device, atOnce(population, inputs), stepByStep(population, inputs), title);
      const whole = grad(lossOf(device, atOnce, population))(inputs);
      const single = grad(lossOf(device, stepByStep, population))(inputs);
      await assertSame(device, whole, single, `gradients of ${title}`);
    });
  });

  test("two half sequences equal the whole", async () => {
    await together(sample(device, allCases(), pairsStride), async ({ title, population }) => {
      const inputs = inputsFor(device, population);
      await assertSame(device, atOnce(population, inputs), inHalves(population, inputs), title);
      const whole = grad(lossOf(device, atOnce, population))(inputs);
      const halves = grad(lossOf(device, inHalves, population))(inputs);
      await assertSame(device, [whole.xs, whole.state], [halves.xs, halves.state], title);
      await assertClose(whole.params, halves.params, 2e-6, title);
    });
  });

  test("gradients of all inputs and parameters equal finite differences", async () => {
    await together(sample(device, smoothCases(), diagonalStride), async ({ title, population }) => {
      const inputs = inputsFor(device, population);
      const weigh = await numbers(random(device, key(3), [steps * batch * population.units]));
      const weights = tensor(weigh, [steps, batch, population.units], { backend: device.backend });
      for (const way of [atOnce, stepByStep]) {
        const grads = grad((p: Inputs) => sum(mul(way(population, p)[1], weights)))(inputs);
        const leaves = treeLeaves(grads);
        const directionKeys = split(key(5), leaves.length);
        for (const [i, g] of leaves.entries()) {
          const along = await numbers(random(device, directionKeys[i], [g.size]));
          const direction = leaves.map((l, j) => j === i ? along : new Array(l.size).fill(0));
          const f = (p: Inputs) => way(population, p)[1];
          const expected = await slopeAlong(f, inputs, direction, weigh);
          const actual = (await numbers(g)).reduce((total, v, j) => total + v * along[j], 0);
          const error = Math.abs(actual - expected) / Math.max(0.1, Math.abs(expected));
          if (!(error < 1e-3)) throw new Error(`${title}: leaf ${i} is ${actual}, not ${expected}`);
        }
      }
    });
  });

  test("gradients flow through a user's own loop with branches", async () => {
    const { population } = smoothCases()[0];
    const inputs = inputsFor(device, population);
    const f = ({ params, state, xs }: Inputs) => {
      const step = population.bind(params);
      let total: Tensor | undefined;
      let spike: Tensor | undefined;
      for (const [t, x] of xs.entries()) {
        const fed = t % 2 === 1 && spike !== undefined ? add(x, mul(spike, 0.5)) : x;
        [state, spike] = step(state, fed);
        if (t === 3) break;
        total = total === undefined ? spike : add(total, mul(spike, t));
      }
      return mul(total ?? state.v, state.v);
    };
    const size = batch * population.units;
    const weigh = await numbers(random(device, key(3), [size]));
    const weights = tensor(weigh, [batch, population.units], { backend: device.backend });
    const grads = grad((p: Inputs) => sum(mul(f(p), weights)))(inputs);
    const leaves = treeLeaves(grads);
    const along = await Promise.all(
      split(key(9), leaves.length).map((k, i) => numbers(random(device, k, [leaves[i].size]))),
    );
    const expected = await slopeAlong(f, inputs, along, weigh, 0.01);
    const all = await numbers(grads);
    const actual = all.reduce((total, v, i) => total + v * along.flat()[i], 0);
    await assertClose(tensor(actual), [expected], 1e-3, "directional derivative");
  });

  test("no argument is written to, and the same call has the same bits", async () => {
    for (const { title, population } of sample(device, allCases().slice(0, 12), pairsStride)) {
      const inputs = inputsFor(device, population);
      const before = await numbers(inputs);
      const keysBefore = Object.keys(inputs.state);
      const run = () => [
        atOnce(population, inputs),
        stepByStep(population, inputs),
        grad(lossOf(device, atOnce, population))(inputs),
        grad(lossOf(device, stepByStep, population))(inputs),
      ];
      const first = await numbers(run());
      assertEquals(await numbers(run()), first, title);
      assertEquals(await numbers(inputs), before, title);
      assertEquals(Object.keys(atOnce(population, inputs)[0]), keysBefore, title);
    }
  });

  test("a bound step may be used for several sequences and batch sizes", async () => {
    const population = ilc(cubaLif, { actDim: 2, decPopDim: 3 });
    const params = population.init(key(1), { backend: device.backend });
    const x = random(device, key(2), [4, 6], -0.5, 1);
    const f = (p: typeof params) => {
      const step = population.bind(p);
      const [state] = step(population.initialState(4, { backend: device.backend }), x);
      const [, first] = step(state, x);
      const one = rowOf(stack([random(device, key(4), [1, 6], -0.5, 1)]), 0);
      const [state1] = step(population.initialState(1, { backend: device.backend }), one);
      const [, second] = step(state1, one);
      return add(sum(first), sum(second));
    };
    const apart = (p: typeof params) => {
      const rows = random(device, key(4), [1, 6], -0.5, 1);
      const [, a] = population.multiStep(
        p,
        population.initialState(4, { backend: device.backend }),
        stack([x, x]),
      );
      const [, b] = population.multiStep(
        p,
        population.initialState(1, { backend: device.backend }),
        stack([rows, rows]),
      );
      return add(sum(rowOf(a, 1)), sum(rowOf(b, 1)));
    };
    const [value, grads] = valueAndGrad(f)(params);
    const [expected, expectedGrads] = valueAndGrad(apart)(params);
    await assertSame(device, value, expected, "value");
    await assertClose(grads, expectedGrads, 1e-6, "gradients");
  });

  test("a step bound before passes gradients on to its input, again and again", async () => {
    const { backend } = device;
    const population = ilc(cubaLif, { actDim: 2, decPopDim: 3 });
    const params = population.init(key(1), { backend });
    const x = random(device, key(2), [4, 6], -0.5, 1);
    const twice = (step: ReturnType<typeof population.bind>, x: Tensor) => {
      const [state] = step(population.initialState(4, { backend }), x);
      return sum(step(state, x)[1]);
    };
    const bound = population.bind(params);
    const before = grad((x: Tensor) => twice(bound, x));
    const inside = grad((x: Tensor) => twice(population.bind(params), x));
    await assertSame(device, [before(x), before(x)], [inside(x), inside(x)], "gradients");
  });

  test("a step bound outside of an inner gradient passes gradients of parameters to the outer one", async () => {
    const { backend } = device;
    const population = ilc(cubaLif, { actDim: 2, decPopDim: 3, learn: ["vDecay"] });
    const params = population.init(key(1), { backend });
    const x = random(device, key(2), [4, 6], -0.5, 1);
    const alone = (p: typeof params, x: Tensor, step = population.bind(p)) => {
      const [state] = step(population.initialState(4, { backend }), x);
      return sum(step(state, x)[1]);
    };
    const around = (p: typeof params) => {
      const step = population.bind(p);
      grad((x: Tensor) => alone(p, x, step))(x);
      return valueAndGrad((x: Tensor) => alone(p, x, step))(x)[0];
    };
    await assertSame(device, grad(around)(params), grad(alone)(params, x), "gradients");
  });

  test("a second derivative is refused, and a first one may be a constant", async () => {
    const { backend } = device;
    const population = ilc(cubaLif, { actDim: 2, decPopDim: 3, learn: ["vDecay"] });
    const params = population.init(key(1), { backend });
    const x = random(device, key(2), [3, 4, 6], -0.5, 1);
    const rest = population.initialState(4, { backend });
    const ways = {
      multiStep: (p: typeof params, x: Tensor) => sum(population.multiStep(p, rest, x)[1]),
      step: (p: typeof params, x: Tensor) => {
        const step = population.bind(p);
        const [state] = step(rest, rowOf(x, 0));
        return sum(step(state, rowOf(x, 1))[1]);
      },
    };
    const total = (p: typeof params) => sum(stack(treeLeaves(p).map((g) => sum(g))));
    for (const [title, way] of Object.entries(ways)) {
      const byX = (p: typeof params, x: Tensor) => grad((x: Tensor) => way(p, x))(x);
      const byParams = (p: typeof params, x: Tensor) => grad((p: typeof params) => way(p, x))(p);
      const refused = [
        () => grad((x: Tensor) => sum(byX(params, x)))(x),
        () => grad((p: typeof params) => sum(byX(p, x)))(params),
        () => grad((x: Tensor) => total(byParams(params, x)))(x),
        () => grad((p: typeof params) => total(byParams(p, x)))(params),
      ];
      for (const f of refused) assertThrows(f, TypeError, "Cannot take a second derivative", title);
      const slope = byX(params, x);
      const along = grad((w: Tensor) => sum(mul(w, byX(params, x))))(x);
      const ahead = grad((x: Tensor) => sum(mul(x, stopGradient(byX(params, x)))))(x);
      await assertSame(device, [along, ahead], [slope, slope], title);
    }
  });

  test("detachReset stops the gradient at the reset", async () => {
    const gradient = async (detachReset: boolean) => {
      const population = plain(integrateAndFire, { units: 1, surrogate: rect(), detachReset });
      const f = (xSeq: Tensor) => {
        const [, spikes] = population.multiStep(
          {},
          population.initialState(1, { backend: device.backend }),
          xSeq,
        );
        return sum(mul(spikes, tensor([[[0]], [[1]]], undefined, { backend: device.backend })));
      };
      return await numbers(
        grad(f)(tensor([[[1.25]], [[0.75]]], undefined, { backend: device.backend })),
      );
    };
    // u1 = 1.25 fires and resets to (1 - s1) u1; u2 = 0.75 doesn't. So
    // ds2/dx1 = (1 - s1) - u1 h'(u1 - 1).
    assertEquals(await gradient(false), [-1.25, 1]);
    assertEquals(await gradient(true), [0, 1]);
  });

  test("units that get no input come to rest, and so do gradients through them", async () => {
    const { backend } = device;
    const run = async (population: Population) => {
      const state = population.initialState(1, { backend });
      const first = { ...state, v: tensor([[0.7, -0.7]], undefined, { backend }) };
      const silence = zeros([400, 1, 2], { backend });
      const last = (x: Tensor) => population.multiStep({}, first, x)[0].v;
      const gradient = grad((x: Tensor) => sum(last(x)))(silence);
      return [await numbers(last(silence)), (await numbers(gradient)).slice(0, 2)];
    };
    const results = await run(plain(lif, { units: 2 }));
    assertEquals(results, [[0, 0], [0, 0]]);
    const [v, g] = await run(plain(lif, { units: 2, flushDenormal: false }));
    for (const x of [...v, ...g]) assert(Math.abs(x) < 2 ** -126); // a GPU may flush all the same
  });

  test("each variable at rest has its own gradient, also where several are one tensor", async () => {
    const population = ilc(cubaLif, { actDim: 2, decPopDim: 3 });
    const inputs = inputsFor(device, population);
    const state = population.initialState(batch, { backend: device.backend });
    const apart = mapTree((x) => zeros(x.shape, { backend: x.backend }), state);
    const loss = lossOf(device, atOnce, population);
    const gradient = (state: Tensors) => grad(loss)({ ...inputs, state }).state;
    assert(state.c === state.v);
    await assertSame(device, gradient(state), gradient(apart), "gradients of states");
    assertNotEquals(await numbers(gradient(state).c), await numbers(gradient(state).v));
  });

  test("trace() returns the variables after every step, and the spikes of multiStep()", async () => {
    const population = ilc(cubaLif, { actDim: 2, decPopDim: 3 });
    const { params, state, xs } = inputsFor(device, population);
    const course = population.trace(params, state, stack([...xs]));
    assertEquals(Object.keys(course.trace), ["c", "v"]);
    const [last, spikes] = population.multiStep(params, state, stack([...xs]));
    await assertSame(device, [course.state, course.spikes], [last, spikes], "results");
    const step = population.bind(params);
    let now = state;
    const vs = xs.map((x) => (now = step(now, x)[0]).v);
    await assertSame(device, course.trace.v, stack(vs), "v");
    const only = population.trace(params, state, stack([...xs]), { names: ["v"] });
    assertEquals(Object.keys(only.trace), ["v"]);
  });

  test("a gradient through trace() is refused, except through its spikes", async () => {
    const population = ilc(cubaLif, { actDim: 2, decPopDim: 3 });
    const { params, state, xs } = inputsFor(device, population);
    const traced = (p: typeof params) => population.trace(p, state, stack([...xs]));
    const through = grad((p: typeof params) => sum(traced(p).trace.v));
    assertThrows(() => through(params), TypeError, "Cannot take a gradient through traced states");
    const spikes = grad((p: typeof params) => {
      const { spikes, trace } = traced(p);
      return add(sum(spikes), sum(stopGradient(trace.v)));
    });
    const alone = grad((p: typeof params) =>
      sum(population.multiStep(p, state, stack([...xs]))[1])
    );
    await assertSame(device, spikes(params), alone(params), "gradients");
  });

  test("a surrogate that fires at random draws from a key, step by step or at once", async () => {
    const population = ilc(integrateAndFire, {
      actDim: 2,
      decPopDim: 3,
      params: { vThreshold: 0 },
      surrogate: poissonPass(),
    });
    const { params, xs } = inputsFor(device, population);
    const start = population.initialState(batch, { backend: device.backend });
    const xSeq = stack([...xs]);
    const [last, spikes] = population.multiStep(params, start, xSeq, { key: key(21) });
    const step = population.bind(params);
    let state = start;
    const out = split(key(21), steps).map((k, t) => {
      const [next, spike] = step(state, xs[t], { key: k });
      state = next;
      return spike;
    });
    await assertSame(device, [last, spikes], [state, stack(out)], "steps");
    const other = population.multiStep(params, start, xSeq, { key: key(22) })[1];
    assertNotEquals(await numbers(other), await numbers(spikes));
    const noise = random(device, key(23), xSeq.shape, 0, 1);
    const run = () =>
      population.multiStep(params, start, xSeq, { noise: { [population.noise[0]]: noise } });
    await assertSame(device, run(), run(), "noise by name");
  });

  test("a learned parameter may have one value per unit", async () => {
    const population = plain(cubaLif, { units: 3, learn: ["vDecay"] });
    const x = random(device, key(2), [steps, batch, 3], 0, 1);
    const perUnit = { vDecay: tensor([0.75, 0.75, 0.75], undefined, { backend: device.backend }) };
    const run = (params: typeof perUnit) =>
      population.multiStep(params, population.initialState(batch, { backend: device.backend }), x);
    await assertSame(
      device,
      run(perUnit),
      run(population.init(key(0), { backend: device.backend })),
      "values",
    );
    const grads = grad((p: typeof perUnit) => sum(run(p)[1]))(perUnit);
    assertEquals(grads.vDecay.shape, [3]);
  });

  test("about a third of the units fire in these tests", async () => {
    const { population } = allCases()[0];
    const spikes = await numbers(atOnce(population, inputsFor(device, population))[1]);
    const rate = spikes.reduce((a, b) => a + b) / spikes.length;
    assertGreater(rate, 0.1);
    assertGreater(0.7, rate);
  });
}
