// Networks on any backend, as tests.
import { assertEquals } from "@std/assert";
import { cubaLif, leakyIntegrator, lif, noisyIntegrator } from "@spikeloop/neuron";
import { type Key, key, split } from "@spikeloop/random";
import { atan, poissonPass } from "@spikeloop/surrogate";
import {
  add,
  concat,
  grad,
  mul,
  ones,
  slice,
  stack,
  sum,
  tanh,
  type Tensor,
  tensor,
  type Tree,
  treeLeaves,
} from "@spikeloop/tensor";
import {
  dense,
  detach,
  dropout,
  ilc,
  type Layer,
  linear,
  parallel,
  plain,
  readOut,
  readOuts,
  residual,
  sequential,
  stateless,
} from "../mod.ts";
import { rowOf } from "./ways.ts";
import { assertClose, assertSame, type Device, random } from "./compare.ts";

const [steps, batch] = [5, 3];

/** A network with the size of its input. */
interface Case {
  readonly title: string;
  readonly layer: Layer;
  readonly features: number;
}

/** Returns networks of all kinds of layers. */
export function networks(): Case[] {
  return [
    {
      title: "a classifier",
      features: 4,
      layer: sequential({
        fc1: linear({ inFeatures: 4, outFeatures: 12 }),
        hidden: plain(lif, { units: 12, surrogate: atan(), params: { vThreshold: 0.3 } }),
        fc2: linear({ inFeatures: 12, outFeatures: 3, bias: false }),
        out: plain(leakyIntegrator, { units: 3, learn: ["tau"] }),
      }),
    },
    {
      title: "connected populations",
      features: 6,
      layer: sequential({
        first: ilc(cubaLif, { actDim: 2, decPopDim: 3, surrogate: atan(), learn: ["vDecay"] }),
        second: dense(lif, { units: 6, surrogate: atan(), params: { vReset: null } }),
      }),
    },
    {
      title: "a network in a network",
      features: 4,
      layer: sequential({
        block: sequential({
          fc: linear({ inFeatures: 4, outFeatures: 6 }),
          spikes: plain(lif, { units: 6, surrogate: poissonPass() }),
        }),
        out: dense(lif, { units: 6, surrogate: atan() }),
      }),
    },
    {
      title: "layers without params, side by side and around",
      features: 4,
      layer: sequential({
        squash: stateless((x) => mul(tanh(x), 2)),
        both: parallel({
          fc: linear({ inFeatures: 4, outFeatures: 3 }),
          spikes: plain(lif, { units: 4, surrogate: atan(), params: { vThreshold: 0.4 } }),
        }),
        drop: dropout({ rate: 0.4 }),
        around: residual(sequential({
          fc: linear({ inFeatures: 7, outFeatures: 7 }),
          drop: dropout({ rate: 0.2 }),
        })),
      }),
    },
    ...modes.map((mode) => ({
      title: `a read-out, ${mode}`,
      features: 4,
      layer: sequential({
        fc: linear({ inFeatures: 4, outFeatures: 3 }),
        membrane: plain(leakyIntegrator, { units: 3 }),
        out: readOut(mode),
      }),
    })),
    {
      title: "two read-outs of spikes",
      features: 4,
      layer: sequential({
        spikes: plain(lif, { units: 4, surrogate: atan(), params: { vThreshold: 0.4 } }),
        out: parallel({ max: readOut("max"), count: readOut("sum") }),
      }),
    },
  ];
}

const modes = ["last", "max", "maxAbs", "mean", "sum"] as const;

/** Runs a layer step by step, as a user would; the key is split by step. */
export function stepByStep(
  layer: Layer,
  params: Tree,
  state: Tree,
  xs: readonly Tensor[],
  options: { readonly key?: Key; readonly training?: boolean } = {},
): [state: Tree, ys: Tensor[]] {
  const step = layer.bind(params);
  const { key: whole, training } = options;
  const keys = whole === undefined ? [] : split(whole, xs.length);
  const ys: Tensor[] = [];
  xs.forEach((x, t) => {
    let y: Tensor;
    [state, y] = step(state, x, { key: keys[t], training });
    ys.push(y);
  });
  return [state, ys];
}

/** Runs the tests of networks on a device. */
export function networkSuite(device: Device): void {
  const test = (title: string, f: () => void | Promise<void>) =>
    Deno.test(`${title} (${device.backend.name})`, f);
  const place = { backend: device.backend };

  for (const { title, layer, features } of networks()) {
    test(`multiStep() equals step() repeated: ${title}`, async () => {
      const params = layer.init(key(0), place);
      const xs = split(key(1), steps).map((k) => random(device, k, [batch, features], -1, 2));
      const state = layer.initialState(batch, place);
      const options = { key: key(2), training: true };
      const all = (ys: readonly Tensor[]) => layer.isReadOut ? ys[steps - 1] : stack(ys);
      const [last, y] = layer.multiStep(params, state, stack(xs), options);
      const [lastStep, ys] = stepByStep(layer, params, state, xs, options);
      await assertSame(device, [last, y], [lastStep, all(ys)], "values");

      const weights = random(device, key(3), y.shape);
      const weigh = ([state, y]: [Tree, Tensor]) =>
        treeLeaves(state).reduce((total, s) => add(total, sum(s)), sum(mul(y, weights)));
      const atOnce = grad(([p, s, x]: [Tree, Tree, Tensor]) =>
        weigh(layer.multiStep(p, s, x, options))
      )([params, state, stack(xs)]);
      const repeated = grad(([p, s, ...xs]: [Tree, Tree, ...Tensor[]]) => {
        const [last, ys] = stepByStep(layer, p, s, xs, options);
        return weigh([last, all(ys)]);
      })([params, state, ...xs]);
      const [gp, gs, gx] = atOnce;
      const [rp, rs, ...rx] = repeated;
      await assertSame(device, [gs, gx], [rs, stack(rx)], "gradients of states and input");
      await assertClose(gp, rp, device.exact ? 1e-6 : 1e-5, "gradients of params");
    });
  }

  for (const mode of modes) {
    test(`a padded sequence has the read-out of its parts: ${mode}`, async () => {
      const layer = readOut(mode);
      const lengths = [2, 5, 1, 4];
      const xSeq = random(device, key(4), [steps, 4, 3]);
      const start = layer.initialState(4, place);
      const rows = lengths.map((length, n) => slice(xSeq, [0, n], [length, n + 1]));
      const expected = concat(rows.map((row) => readOuts[mode](row)));
      const whole = layer.multiStep({}, start, xSeq, { lengths });
      await assertSame(device, whole[1], expected, "values");
      await assertSame(device, readOuts[mode](xSeq, { lengths }), expected, "function");
      const fixed = readOut(mode, { lengths: tensor(lengths, undefined, place) });
      await assertSame(device, fixed.multiStep({}, start, xSeq)[1], expected, "fixed");

      const step = layer.bind({});
      let [state, y] = [start, expected];
      for (let t = 0; t < steps; t++) [state, y] = step(state, rowOf(xSeq, t), { lengths });
      await assertSame(device, [state, y], whole, "steps");
      const [middle] = layer.multiStep({}, start, slice(xSeq, 0, 3), { lengths });
      const halves = layer.multiStep({}, middle, slice(xSeq, 3, steps), { lengths });
      await assertSame(device, halves, whole, "halves");

      const slopes = grad((x: Tensor) => sum(layer.multiStep({}, start, x, { lengths })[1]))(xSeq);
      const perRow = grad((x: Tensor) =>
        sum(concat(lengths.map((length, n) => readOuts[mode](slice(x, [0, n], [length, n + 1])))))
      )(xSeq);
      await assertSame(device, slopes, perRow, "gradients");
    });
  }

  test("the last read-out is the first one of a tie, in steps as at once", async () => {
    const layer = readOut("max");
    const start = layer.initialState(1, place);
    const atOnce = grad((x: Tensor) => sum(layer.multiStep({}, start, x)[1]))(
      ones([2, 1, 1], place),
    );
    const repeated = grad((x: Tensor) => {
      const step = layer.bind({});
      const [state] = step(start, rowOf(x, 0));
      return sum(step(state, rowOf(x, 1))[1]);
    })(ones([2, 1, 1], place));
    await assertClose([atOnce, repeated], [1, 0, 1, 0], 0, "gradients");
  });

  test("detach() cuts the gradient to earlier steps", async () => {
    const units = plain(leakyIntegrator, { units: 3 });
    const xSeq = random(device, key(1), [2, batch, 3]);
    const slopes = grad((x: Tensor) => {
      const [state] = units.multiStep({}, units.initialState(batch, place), slice(x, 0, 1));
      return sum(units.multiStep({}, detach(state), slice(x, 1, 2))[1]);
    })(xSeq);
    const half = new Array(batch * 3).fill(0.5);
    await assertClose(slopes, [...new Array(batch * 3).fill(0), ...half], 1e-7, "gradients");
  });

  test("dropout draws a new mask every step, and its numbers keep their mean", async () => {
    const layer = dropout({ rate: 0.25 });
    const options = { training: true, key: key(3) };
    const xSeq = ones([2, 1, 4000], place);
    const [, y] = layer.multiStep({}, {}, xSeq, options);
    const values = await y.data();
    const [first, second] = [values.subarray(0, 4000), values.subarray(4000)];
    assertEquals(first.some((v, i) => v !== second[i]), true);
    assertEquals(new Set(values), new Set([0, Math.fround(4 / 3)]));
    const mean = values.reduce((a, b) => a + b) / values.length;
    assertEquals(Math.abs(mean - 1) < 0.03, true, `${mean}`);
    const slopes = grad((x: Tensor) => sum(layer.multiStep({}, {}, x, options)[1]));
    await assertSame(device, slopes(xSeq), y, "gradients");
  });

  test("gradients of populations in a network have the bits of single steps", async () => {
    const net = sequential({
      first: ilc(cubaLif, { actDim: 2, decPopDim: 3, surrogate: atan(), learn: ["vDecay"] }),
      fc: linear({ inFeatures: 6, outFeatures: 4 }),
      second: dense(lif, { units: 4, surrogate: atan() }),
    });
    const params = net.init(key(0), place);
    const xs = split(key(1), steps).map((k) => random(device, k, [batch, 6], -1, 2));
    const start = net.initialState(batch, place);
    const atOnce = grad((p: typeof params) => sum(net.multiStep(p, start, stack(xs))[1]))(params);
    const repeated = grad((p: typeof params) => {
      const step = net.bind(p);
      let state = start;
      return sum(stack(xs.map((x) => {
        let y: Tensor;
        [state, y] = step(state, x);
        return y;
      })));
    })(params);
    await assertSame(device, atOnce.first, repeated.first, "first");
    await assertSame(device, atOnce.second, repeated.second, "second");
    await assertClose(atOnce.fc, repeated.fc, 1e-6, "fc");
  });

  test("a key is split by layer in order, for init and for every step", async () => {
    const spikes = plain(lif, { units: 4, surrogate: poissonPass() });
    const net = sequential({ fc: linear({ inFeatures: 4, outFeatures: 4 }), spikes });
    const params = net.init(key(5), place);
    const [fcKey] = split(key(5), 2);
    const fc = linear({ inFeatures: 4, outFeatures: 4 });
    await assertSame(device, params.fc, fc.init(fcKey, place), "params");
    const x = random(device, key(6), [batch, 4], 0, 1);
    const [, y] = net.bind(params)(net.initialState(batch, place), x, { key: key(7) });
    const own = spikes.bind({})(spikes.initialState(batch, place), fc.apply(params.fc, x), {
      key: split(key(7), 2)[1],
    });
    await assertSame(device, y, own[1], "spikes");
  });

  test("noise nests by the name of the layer", async () => {
    const noisy = plain(noisyIntegrator, { units: 4, params: { sigma: 0.5 } });
    const net = sequential({
      fc: linear({ inFeatures: 4, outFeatures: 4 }),
      inner: sequential({ noisy }),
    });
    const params = net.init(key(0), place);
    const xSeq = random(device, key(1), [steps, batch, 4]);
    const noiseV = random(device, key(2), [steps, batch, 4]);
    const start = net.initialState(batch, place);
    const [, y] = net.multiStep(params, start, xSeq, { noise: { inner: { noisy: { noiseV } } } });
    const current = linear({ inFeatures: 4, outFeatures: 4 }).apply(params.fc, xSeq);
    const own = noisy.multiStep({}, noisy.initialState(batch, place), current, {
      noise: { noiseV },
    });
    await assertSame(device, y, own[1], "values");
  });

  test("inspect() returns every layer's output and rates", async () => {
    const net = sequential({
      fc: linear({ inFeatures: 4, outFeatures: 6 }),
      spikes: plain(lif, { units: 6 }),
    });
    const params = net.init(key(0), place);
    const xSeq = random(device, key(1), [steps, batch, 4], -2, 4);
    const start = net.initialState(batch, place);
    const { y, state, layers, rates } = net.inspect(params, start, xSeq);
    const [last, ySeq] = net.multiStep(params, start, xSeq);
    await assertSame(device, [state, y, layers.spikes], [last, ySeq, ySeq], "values");
    assertEquals([layers.fc.shape, rates.spikes.shape], [[steps, batch, 6], [6]]);
    const spikes = await layers.spikes.data();
    const expected = Array.from({ length: 6 }, (_, d) => {
      const own = spikes.filter((_, i) => i % 6 === d);
      return own.reduce((a, b) => a + b) / own.length;
    });
    await assertClose(rates.spikes, expected, 1e-6, "rates");
  });
}
