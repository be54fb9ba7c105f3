// Networks on any backend, as tests.
import { assertEquals } from "@std/assert";
import { cubaLif, leakyIntegrator, lif, noisyIntegrator } from "@spikeloop/neuron";
import { type Key, key, split } from "@spikeloop/random";
import { atan, poissonPass } from "@spikeloop/surrogate";
import { add, grad, mul, stack, sum, type Tensor, type Tree, treeLeaves } from "@spikeloop/tensor";
import { dense, ilc, type Layer, linear, plain, sequential } from "../mod.ts";
import { assertClose, assertSame, type Device, random } from "./compare.ts";

const [steps, batch] = [5, 3];

/** A network, its input features, and the layers whose gradients have equal bits. */
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
  ];
}

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
      const options = { key: key(2) };
      const [last, y] = layer.multiStep(params, state, stack(xs), options);
      const [lastStep, ys] = stepByStep(layer, params, state, xs, options);
      await assertSame(device, [last, y], [lastStep, stack(ys)], "values");

      const weights = random(device, key(3), y.shape);
      const weigh = ([state, y]: [Tree, Tensor]) =>
        treeLeaves(state).reduce((total, s) => add(total, sum(s)), sum(mul(y, weights)));
      const atOnce = grad(([p, s, x]: [Tree, Tree, Tensor]) =>
        weigh(layer.multiStep(p, s, x, options))
      )([params, state, stack(xs)]);
      const repeated = grad(([p, s, ...xs]: [Tree, Tree, ...Tensor[]]) => {
        const [last, ys] = stepByStep(layer, p, s, xs, options);
        return weigh([last, stack(ys)]);
      })([params, state, ...xs]);
      const [gp, gs, gx] = atOnce;
      const [rp, rs, ...rx] = repeated;
      await assertSame(device, [gs, gx], [rs, stack(rx)], "gradients of states and input");
      await assertClose(gp, rp, device.exact ? 1e-6 : 1e-5, "gradients of params");
    });
  }

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
