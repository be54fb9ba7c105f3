import { assertEquals } from "@std/assert";
import { evaluateAffine as affine, evaluateMatmul as evaluate } from "@spikeloop/backend/evaluator";
import { assertSameBits, choice, floats, generator, integer, spikes } from "@spikeloop/dev/testing";
import { multiplyFewSpikes } from "./few_spikes.ts";
import { cpuMatmul } from "./matmul.ts";

const plain = { batch: 1, transposeA: false, sharedA: false, sharedB: false, binaryB: false };

Deno.test("few rows of spikes have the evaluator's bits however often they meet the same weights", () => {
  const random = generator(1);
  const shapes = [[64, 64], [256, 170], [60, 256], [17, 1300], [4100, 9], [50, 3000], [1, 5000]];
  for (const [n, k] of shapes) {
    const weights = floats(random, n * k, choice(random, [0, 0.01]));
    const bias = floats(random, n);
    for (let time = 0; time < 6; time++) {
      const m = choice(random, [1, 2, 5, integer(random, 1, 32)]);
      const spec = { ...plain, m, k, n, transposeB: true, binaryA: true };
      const a = spikes(random, m * k, choice(random, [0, 0.02, 0.1, 0.5, 1]));
      const what = `[${m}, ${k}] x [${k}, ${n}], time ${time}`;
      assertSameBits(cpuMatmul(spec, a, weights), evaluate(spec, a, weights), what);
      const plus = cpuMatmul(spec, a, weights, bias);
      assertSameBits(plus, affine(spec, a, weights, bias), `${what} plus a bias`);
    }
  }
});

Deno.test("weights are kept transposed from their second use on, for few rows of spikes alone", () => {
  const random = generator(2);
  const [m, k, n] = [3, 80, 70];
  const weights = floats(random, n * k);
  const a = spikes(random, m * k, 0.2);
  const spec = { ...plain, m, k, n, transposeB: true, binaryA: true };
  const taken = () => multiplyFewSpikes(spec, a, weights, undefined) !== undefined;
  assertEquals([taken(), taken(), taken()], [false, true, true]);
  const large = { k: 1400, n: 100 };
  const tall = { ...large, m: 32 };
  const [manyWeights, manySpikes] = [floats(random, 140_000), spikes(random, 45_000, 0.2)];
  const takenTall = () =>
    multiplyFewSpikes({ ...spec, ...tall }, manySpikes, manyWeights, undefined) !== undefined;
  assertEquals([takenTall(), takenTall()], [false, true]);
  const others = [{ binaryA: false }, { transposeB: false }, { m: 9 }, { ...large, m: 33 }];
  for (const other of [...others, { batch: 2 }]) {
    const result = multiplyFewSpikes({ ...spec, ...other }, a, weights, undefined);
    assertEquals(result, undefined, JSON.stringify(other));
  }
});
