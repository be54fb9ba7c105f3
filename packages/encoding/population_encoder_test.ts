import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { evaluator } from "@spikeloop/backend/evaluator";
import { cpu } from "@spikeloop/cpu";
import { key } from "@spikeloop/random";
import { sum, type Tensor, tensor, valueAndGrad } from "@spikeloop/tensor";
import { popEncoder, popSpikeEncoderRandom } from "./mod.ts";
import { populationEncoderSuite } from "./testing/population_encoder_suite.ts";

for (const backend of [evaluator, cpu]) populationEncoderSuite(backend);

Deno.test("initial centres have the bits of PyTorch's linspace where rounding shows", () => {
  const centres = (popDim: number) => [
    ...popEncoder({ obsDim: 1, popDim, timeSteps: 1 }).init().mean.dataSync(),
  ];
  assertEquals(centres(1), [-3]);
  assertEquals(centres(10)[3], -0.9999999403953552);
  assertEquals(centres(10)[9], 3);
  // Both ends and their difference are rounded first: torch.linspace(-0.1, 0.7, 10).
  const between = (meanRange: readonly [number, number], popDim: number) => [
    ...popEncoder({ obsDim: 1, popDim, timeSteps: 1, meanRange }).init().mean.dataSync(),
  ];
  const step = Math.fround(Math.fround(Math.fround(0.7) - Math.fround(-0.1)) / 9);
  const expected = Float32Array.from(
    { length: 10 },
    (_, i) => i < 5 ? Math.fround(-0.1) + step * i : Math.fround(0.7) - step * (9 - i),
  );
  assertEquals(between([-0.1, 0.7], 10), [...expected]);
});

Deno.test("the random encoder fires as often as its activity says, and passes gradients on", () => {
  const options = { obsDim: 1, popDim: 4, timeSteps: 4000 };
  const encoder = popSpikeEncoderRandom(options);
  const params = encoder.init();
  const obs = tensor([[0.4]]);
  const out = encoder.apply(params, obs, { key: key(0) });
  assertEquals(out.binary, true);
  const spikes = out.dataSync();
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

Deno.test("wrong arguments are refused by name", () => {
  const options = { obsDim: 2, popDim: 3, timeSteps: 2 };
  assertThrows(() => popEncoder({ ...options, popDim: 2.5 }), RangeError, "popDim is 2.5");
  assertThrows(() => popEncoder({ ...options, std: 0 }), RangeError, "std is 0");
  assertThrows(() => popEncoder({ ...options, sd: 1 } as typeof options), TypeError, '"sd"');
  const encoder = popSpikeEncoderRandom(options);
  assertThrows(() => encoder.apply(encoder.init(), tensor([[1, 2]])), TypeError, "key(seed)");
  assertThrows(() => encoder.apply(encoder.init(), tensor([[1, 2, 3]])), TypeError, "[1, 3]");
  const wrong = (more: object) => () => popEncoder({ ...options, ...more });
  assertThrows(wrong({ obsDim: undefined }), TypeError, "obsDim is missing");
  assertThrows(wrong({ meanRange: [1] }), TypeError, "meanRange.length is 1, expected 2");
  assertThrows(wrong({ meanRange: [0, NaN] }), RangeError, "meanRange[1] is NaN");
  assertThrows(wrong({ meanrange: [0, 1] }), TypeError, "did you mean meanRange?");
});
