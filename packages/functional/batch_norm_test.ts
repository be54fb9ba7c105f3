import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { lif } from "@spikeloop/neuron";
import { key, normal } from "@spikeloop/random";
import { mul, slice, sum, type Tensor, tensor, zeros } from "@spikeloop/tensor";
import { grad } from "@spikeloop/tensor";
import {
  batchNorm,
  calibrate,
  foldBatchNorm,
  type Layer,
  linear,
  plain,
  readOut,
  sequential,
  stateless,
  trackBatchNorm,
} from "./mod.ts";

const net = sequential({
  fc1: linear({ inFeatures: 3, outFeatures: 6, bias: false }),
  norm1: batchNorm({ features: 6, weight: 0.5, bias: 0.5 }),
  hidden: plain(lif, { units: 6 }),
  fc2: linear({ inFeatures: 6, outFeatures: 2 }),
  norm2: batchNorm({ features: 2, epsilon: 0.1 }),
  out: readOut("mean"),
});
const params = net.init(key(0));
const x = normal(key(1), [4, 10, 3]);
const training = { training: true };

Deno.test("batchNorm and its gradients are those by hand in float64", () => {
  const norm = batchNorm({ features: 2, epsilon: 0.01 });
  const values = { weight: normal(key(1), [2]), bias: normal(key(2), [2]) };
  const [xSeq, w] = [normal(key(3), [2, 3, 2]), normal(key(4), [2, 3, 2])];
  const run = (p: typeof values & { x: Tensor }) => {
    const { x, ...params } = p;
    return sum(mul(norm.multiStep(params, {}, x, training)[1], w));
  };
  const numbers = {
    weight: [...values.weight.dataSync()],
    bias: [...values.bias.dataSync()],
    x: [...xSeq.dataSync()],
  };
  const byHand = ({ weight, bias, x }: typeof numbers) =>
    [0, 1].reduce((total, f) => {
      const column = x.filter((_, i) => i % 2 === f);
      const mean = column.reduce((s, v) => s + v, 0) / 6;
      const variance = column.reduce((s, v) => s + (v - mean) ** 2, 0) / 6;
      return column.reduce((s, v, i) => {
        const y = weight[f] * (v - mean) / Math.sqrt(variance + 0.01) + bias[f];
        return s + y * w.dataSync()[2 * i + f];
      }, total);
    }, 0);
  assertAlmostEquals(run({ ...values, x: xSeq }).item(), byHand(numbers), 1e-5);
  const grads = grad(run)({ ...values, x: xSeq });
  for (const name of ["weight", "bias", "x"] as const) {
    numbers[name].forEach((v, i) => {
      const at = (h: number) => byHand({ ...numbers, [name]: numbers[name].with(i, v + h) });
      const expected = (at(1e-6) - at(-1e-6)) / 2e-6;
      assertAlmostEquals(grads[name].dataSync()[i], expected, 1e-4, `${name}[${i}]`);
    });
  }
});

Deno.test("a folded network computes the same with the batch's statistics, also step by step", () => {
  const [, expected] = net.multiStep(params, net.initialState(10), x, training);
  const [folded, values] = foldBatchNorm(net, params, calibrate(net, params, x));
  assertEquals(Object.keys(folded.layers), ["fc1", "hidden", "fc2", "out"]);
  const [, actual] = folded.multiStep(values, folded.initialState(10), x);
  actual.dataSync().forEach((y, i) => assertAlmostEquals(y, expected.dataSync()[i], 1e-5));
  const step = folded.bind(values);
  let state = folded.initialState(10);
  let y = actual;
  for (let t = 0; t < 4; t++) {
    const row = slice(x, [t, 0, 0], [t + 1, 10, 3]);
    [state, y] = step(state, mul(sum(row, 0), 1));
  }
  assertEquals(y.dataSync(), actual.dataSync());
});

Deno.test("a network folded with PyTorch's running statistics computes what PyTorch does", () => {
  const net = sequential({
    fc: linear({ inFeatures: 2, outFeatures: 3 }),
    norm: batchNorm({ features: 3 }),
  });
  // Linear and BatchNorm1d of PyTorch 2.15, after three batches.
  const params = {
    fc: {
      weight: tensor([[0.75, 0.625], [0.375, 1.5], [-3.125, -2]]),
      bias: tensor([-0.125, -0.5, -1.75]),
    },
    norm: { weight: tensor([0.25, 1, -0.5]), bias: tensor([-0.25, 0.125, 0.375]) },
  };
  const mean = tensor([-0.11724218, -0.308773428, -0.193835929]);
  const variance = tensor([0.914899647, 1.32464945, 3.17905021]);
  const [folded, values] = foldBatchNorm(net, params, { norm: { mean, variance } });
  const step = folded.bind(values);
  const [, y] = step(folded.initialState(2), tensor([[0.5, -1], [2, 0.25]]));
  const want = [-0.317369401, -1.18152201, 0.688704193, 0.180861592, 0.936314762, 2.70427704];
  y.dataSync().forEach((got, i) => assertAlmostEquals(got, want[i], 1e-6));
});

Deno.test("statistics of several batches are their average", () => {
  const other = normal(key(2), [4, 10, 3]);
  const [a, b, both] = [x, other, [x, other]].map((batches) => calibrate(net, params, batches));
  const numbers = both.norm1.variance.dataSync();
  numbers.forEach((v, i) => {
    const mean = (a.norm1.variance.dataSync()[i] + b.norm1.variance.dataSync()[i]) / 2;
    assertAlmostEquals(v, mean, 1e-6);
  });
  assert(numbers.every((v) => v > 0));
});

Deno.test("batch normalization refuses single steps, acting, and networks it cannot fold", () => {
  const careless = (value: unknown) => value as never;
  assertThrows(() => net.multiStep(params, net.initialState(10), x), TypeError, "in layer norm1");
  const step = net.bind(params);
  assertThrows(() => step(net.initialState(1), zeros([1, 3])), TypeError, "it got one step");
  assertThrows(() => batchNorm({ features: 0 }), RangeError, "features is 0");
  assertThrows(() => batchNorm({ features: 2, epsilon: 0 }), RangeError, "epsilon is 0");
  const norm = batchNorm({ features: 2 });
  const own = norm.init(key(0));
  assertThrows(() => norm.multiStep(own, {}, zeros([2, 2]), training), TypeError, "[T, N, 2]");
  const wrong = { ...own, bias: zeros([3]) };
  assertThrows(
    () => norm.multiStep(wrong, {}, zeros([1, 1, 2]), training),
    TypeError,
    "bias is [3]",
  );
  const late = sequential({ relu: stateless((x) => x), norm });
  assertThrows(
    () => calibrate(late, careless(late.init(key(0))), zeros([1, 1, 2])),
    TypeError,
    "norm is not after a linear layer",
  );
  assertThrows(() => calibrate(net, params, []), TypeError, "there are no batches");
  assertThrows(() => calibrate(careless(norm), careless(own), x), TypeError, "sequential");
  assertThrows(() => foldBatchNorm(net, params, {}), TypeError, "the statistics of norm1");
});

Deno.test("a copy with other maths, which folding would leave out, is refused", () => {
  const statistics = calibrate(net, params, x, training);
  const twice: Layer["multiStep"] = (_params, state, xSeq) => [state, mul(xSeq, 2)];
  const copy = (layer: object) => ({ ...layer, multiStep: twice }) as never;
  const { layers } = net;
  const networks: Record<string, typeof net> = {
    "the network": copy(net),
    norm1: sequential({ ...layers, norm1: copy(layers.norm1) }) as never,
    fc1: sequential({ ...layers, fc1: copy(layers.fc1) }) as never,
  };
  for (const [name, network] of Object.entries(networks)) {
    const problem = `${name} is a copy with another multiStep`;
    assertThrows(() => calibrate(network, params, x), TypeError, problem);
    assertThrows(() => foldBatchNorm(network, params, statistics), TypeError, problem);
    assertThrows(() => trackBatchNorm(network), TypeError, problem);
  }
  const start = { ...net, initialState: () => net.initialState(1) };
  assertThrows(() => trackBatchNorm(start), TypeError, "the network is a copy");
  // Other parameters to start with are no other maths.
  const drawn = trackBatchNorm({ ...net, init: () => ({ ...net.init(key(7)), fc1: params.fc1 }) });
  assertEquals(drawn.init(key(0)).fc1, params.fc1);
});
