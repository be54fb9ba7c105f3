import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { lif } from "@spikeloop/neuron";
import { key, normal } from "@spikeloop/random";
import { grad, mul, slice, sum, type Tensor, tensor } from "@spikeloop/tensor";
import { batchNorm, linear, plain, readOut, sequential, trackBatchNorm } from "./mod.ts";

const network = sequential({
  fc1: linear({ inFeatures: 3, outFeatures: 6 }),
  norm1: batchNorm({ features: 6, weight: 0.5, bias: 0.5 }),
  hidden: plain(lif, { units: 6 }),
  fc2: linear({ inFeatures: 6, outFeatures: 2 }),
  norm2: batchNorm({ features: 2 }),
  out: readOut("mean"),
});
const net = trackBatchNorm(network);
const x = normal(key(1), [4, 10, 3]);
const training = { training: true };

/** Rows of a tensor [..., F] by feature. */
const columns = (x: Tensor) => {
  const width = x.shape[x.shape.length - 1];
  const data = [...x.dataSync()];
  return Array.from({ length: width }, (_, f) => data.filter((_, i) => i % width === f));
};

Deno.test("in training a batch is normalized by its own statistics", () => {
  const params = net.init(key(0));
  const [state, y] = net.multiStep(params, net.initialState(10), x, training);
  const [, expected] = network.multiStep(
    network.init(key(0)),
    network.initialState(10),
    x,
    training,
  );
  assertEquals(y.dataSync(), expected.dataSync());
  assertEquals(Object.keys(state), Object.keys(net.initialState(10)));
  const grads = grad((p: typeof params) => sum(net.multiStep(p, state, x, training)[1]))(params);
  assertEquals([...(grads.norm1 as Record<string, Tensor>).mean.dataSync()], [0, 0, 0, 0, 0, 0]);
});

Deno.test("otherwise running statistics normalize, also step by step", () => {
  const params = net.calibrate(net.init(key(0)), [x]);
  const [, whole] = net.multiStep(params, net.initialState(10), x, training);
  const [, alone] = net.multiStep(params, net.initialState(10), x);
  alone.dataSync().forEach((y, i) => assertAlmostEquals(y, whole.dataSync()[i], 1e-5));
  const step = net.bind(params);
  let [state, y] = [net.initialState(10), alone];
  for (let t = 0; t < 4; t++) {
    [state, y] = step(state, mul(sum(slice(x, [t, 0, 0], [t + 1, 10, 3]), 0), 1));
  }
  assertEquals(y.dataSync(), alone.dataSync());
  const { layers } = net.inspect(params, net.initialState(10), x);
  assertEquals(Object.keys(layers), ["fc1", "hidden", "fc2", "out"]);
});

Deno.test("statistics follow batches as by hand in float64", () => {
  const params = net.init(key(0));
  let tracked = params;
  const fc1 = params.fc1 as Record<"weight" | "bias", Tensor>;
  const inputs = [1, 2, 3].map((seed) => normal(key(seed), [4, 10, 3]));
  const own = Array.from({ length: 6 }, () => [0, 1].map((s) => ({ s, error: 0 })));
  for (const input of inputs) {
    tracked = net.track(tracked, input);
    const [, y] = linear({ inFeatures: 3, outFeatures: 6 }).multiStep(fc1, {}, input);
    columns(y).forEach((column, f) => {
      const mean = column.reduce((a, b) => a + b, 0) / 40;
      const variance = column.reduce((a, b) => a + (b - mean) ** 2, 0) / 40;
      [[mean, variance / 9], [variance, 2 * variance ** 2 / 9]].forEach(([batch, noise], i) => {
        const part = own[f][i];
        const difference = batch - part.s;
        part.error = 0.8 * part.error + 0.2 * difference ** 2;
        part.s += part.error / (part.error + noise) * difference;
      });
    });
  }
  const norm = tracked.norm1 as Record<string, Tensor>;
  own.forEach(([mean, variance], f) => {
    const at = (name: string) => norm[name].dataSync()[f];
    assertAlmostEquals(at("mean"), mean.s, 1e-5);
    assertAlmostEquals(at("meanError"), mean.error, 1e-5);
    assertAlmostEquals(at("variance"), variance.s, 1e-5);
    assertAlmostEquals(at("varianceError"), variance.error, 1e-5);
  });
  assertEquals(tracked.fc1, params.fc1);
});

Deno.test("a unit that never changes, and batches of one row, have finite statistics", () => {
  const still = trackBatchNorm(sequential({
    fc: linear({ inFeatures: 1, outFeatures: 1 }),
    norm: batchNorm({ features: 1 }),
  }));
  let params = still.init(key(0));
  for (let i = 0; i < 3; i++) params = still.track(params, tensor([[[2]]]));
  const { mean, variance } = params.norm as Record<string, Tensor>;
  const { weight, bias } = params.fc as Record<string, Tensor>;
  assertAlmostEquals(mean.item(), 2 * weight.item() + bias.item(), 1e-6);
  assertAlmostEquals(variance.item(), 0, 1e-6);
  assertThrows(() => trackBatchNorm(plain(lif, { units: 1 }) as never), TypeError, "sequential");
});
