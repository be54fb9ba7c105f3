import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { bootstrapInterval, permutationTest, quantile, rangeOf } from "./statistics.ts";

Deno.test("quantiles are interpolated", () => {
  assertEquals([0, 0.25, 0.5, 1].map((share) => quantile([1, 2, 4], share)), [1, 1.5, 2, 4]);
});

Deno.test("the interval of two numbers comes from their four resamples", () => {
  // The means are 0, 5, 5 and 10: at 0.025 · 3 = 0.075 between the first two.
  const [low, high] = bootstrapInterval([0, 10]);
  assertAlmostEquals(low, 0.375, 1e-12);
  assertAlmostEquals(high, 9.625, 1e-12);
  assertEquals(bootstrapInterval([3]), [3, 3]);
});

Deno.test("the interval of many numbers is near a normal distribution's", () => {
  const values = Array.from({ length: 40 }, (_, i) => i);
  const [low, high] = bootstrapInterval(values);
  const error = 1.96 * Math.sqrt((40 ** 2 - 1) / 12 / 40);
  assertAlmostEquals(low, 19.5 - error, 0.3);
  assertAlmostEquals(high, 19.5 + error, 0.3);
  assertEquals(bootstrapInterval(values), [low, high]);
});

Deno.test("the permutation test counts divisions", () => {
  // Of the 20 divisions of six numbers, this one and its mirror differ as much.
  assertAlmostEquals(permutationTest([1, 2, 3], [7, 8, 9]), 2 / 20, 1e-12);
  assertEquals(permutationTest([1, 2], [1, 2]), 1);
  const many = (from: number) => Array.from({ length: 12 }, (_, i) => from + i);
  assert(permutationTest(many(0), many(20)) < 0.001);
});

Deno.test("the range of numbers that no call of a function takes", () => {
  assertEquals(rangeOf(Array.from({ length: 1e6 }, (_, i) => i - 5)), [-5, 999994]);
});
