import { assertAlmostEquals, assertEquals, assertLess, assertThrows } from "@std/assert";
import { key } from "@spikeloop/random";
import { cpu } from "@spikeloop/cpu";
import { evaluator } from "@spikeloop/backend/evaluator";
import { sum, type Tensor, tensor, valueAndGrad } from "@spikeloop/tensor";
import { latencyEncoder, poissonEncoder, popEncoder, popSpikeEncoderRandom } from "./mod.ts";
import { linspace } from "./linspace.ts";
import { encoderGoldenSuite } from "./testing/golden_suite.ts";

for (const backend of [evaluator, cpu]) encoderGoldenSuite(backend);

Deno.test("linspace has PyTorch's bits where rounding shows", () => {
  assertEquals([...linspace(-3, 3, 1)], [-3]);
  assertEquals(linspace(-3, 3, 10)[3], -0.9999999403953552);
  assertEquals(linspace(-3, 3, 10)[9], 3);
});

Deno.test("the random encoder fires as often as its activity says, and passes gradients on", () => {
  const options = { obsDim: 1, popDim: 4, timeSteps: 4000 };
  const encoder = popSpikeEncoderRandom(options);
  const params = encoder.init();
  const obs = tensor([[0.4]]);
  const drawn = encoder.apply(params, obs, { key: key(0) });
  assertEquals(drawn.binary, true);
  const spikes = drawn.dataSync();
  assertEquals(spikes.every((s) => s === 0 || s === 1), true);
  const activity = popEncoder({ ...options, timeSteps: 1 }).apply(params, obs).dataSync();
  activity.forEach((p, unit) => {
    const rate = spikes.filter((_, i) => i % 4 === unit).reduce((a, b) => a + b, 0) / 4000;
    assertAlmostEquals(rate, p, 0.03);
  });
  const loss = (make: typeof popEncoder) => (p: typeof params): Tensor =>
    sum(make(options).apply(p, obs, { key: key(1) }));
  const [, random] = valueAndGrad(loss(popSpikeEncoderRandom))(params);
  const [, raw] = valueAndGrad(loss(popEncoder))(params);
  assertEquals(random.mean.dataSync(), raw.mean.dataSync());
});

Deno.test("an observation without a batch axis is a batch of one", () => {
  const encoder = popEncoder({ obsDim: 2, popDim: 3, timeSteps: 2 });
  assertEquals(encoder.apply(encoder.init(), tensor([1, 2])).shape, [2, 1, 6]);
});

Deno.test("poissonEncoder() fires at the given rates", () => {
  const spikes = poissonEncoder(key(3), tensor([0.2, 0.7]), 5000).dataSync();
  const rate = (unit: number) =>
    spikes.filter((_, i) => i % 2 === unit).reduce((a, b) => a + b, 0) / 5000;
  assertAlmostEquals(rate(0), 0.2, 0.02);
  assertAlmostEquals(rate(1), 0.7, 0.02);
});

Deno.test("latencyEncoder() fires once per number, large numbers first", () => {
  for (const mode of ["linear", "log"] as const) {
    const spikes = latencyEncoder(tensor([0, 0.3, 0.8, 1]), 6, { mode }).dataSync();
    const time = (unit: number) =>
      [...spikes].map((s, i) => s === 1 && i % 4 === unit ? i >> 2 : -1).filter((t) => t >= 0);
    assertEquals([0, 1, 2, 3].map((unit) => time(unit).length), [1, 1, 1, 1]);
    assertEquals([time(0)[0], time(3)[0]], [5, 0]);
    assertLess(time(2)[0], time(1)[0] + 1);
  }
});

Deno.test("latencyEncoder() in logarithmic mode fires when SpikingJelly's formula says", () => {
  const [steps, x] = [20, Array.from({ length: 101 }, (_, i) => i / 100)];
  const spikes = latencyEncoder(tensor(x), steps, { mode: "log" }).dataSync();
  x.forEach((value, unit) => {
    const exact = steps - 1 - Math.log((Math.exp(steps - 1) - 1) * value + 1);
    const time = x.length * steps - 1 -
      [...spikes].reverse().findIndex((s, i) =>
        s === 1 && (x.length * steps - 1 - i) % x.length === unit
      );
    assertAlmostEquals(Math.floor(time / x.length), exact, 0.500001, `x = ${value}`);
  });
});

Deno.test("latencyEncoder() takes any number of steps, and numbers beyond [0, 1] as its ends", () => {
  for (const mode of ["linear", "log"] as const) {
    const spikes = latencyEncoder(tensor([-3, 0, 1, 7, NaN]), 300, { mode }).dataSync();
    const fired = [...spikes].flatMap((s, i) => s === 1 ? [i] : []);
    assertEquals(fired, [2, 3, 299 * 5, 299 * 5 + 1]);
  }
});

Deno.test("wrong arguments are refused by name", () => {
  const options = { obsDim: 2, popDim: 3, timeSteps: 2 };
  assertThrows(() => popEncoder({ ...options, popDim: 2.5 }), RangeError, "popDim is 2.5");
  assertThrows(() => popEncoder({ ...options, std: 0 }), RangeError, "std is 0");
  assertThrows(() => popEncoder({ ...options, sd: 1 } as typeof options), TypeError, '"sd"');
  const encoder = popSpikeEncoderRandom(options);
  assertThrows(() => encoder.apply(encoder.init(), tensor([[1, 2]])), TypeError, "key(seed)");
  assertThrows(() => encoder.apply(encoder.init(), tensor([[1, 2, 3]])), TypeError, "[1, 3]");
  assertThrows(() => latencyEncoder(tensor([1]), 0), RangeError, "0 time steps");
});
