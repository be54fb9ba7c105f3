import { assertAlmostEquals, assertEquals } from "@std/assert";
import { emptyStatistics, mergeStatistics, normalizeVectors } from "./running_statistics.ts";

Deno.test("statistics merged part by part are the statistics of the whole", () => {
  const vectors = Float32Array.from({ length: 60 }, (_, i) => Math.sin(i * i) * (i % 2 + 1) + 3);
  let statistics = emptyStatistics(2);
  for (const [from, to] of [[0, 10], [10, 16], [16, 60]]) {
    statistics = mergeStatistics(statistics, vectors.subarray(from, to), (to - from) / 2);
  }
  assertAlmostEquals(statistics.count, 30, 1e-6);
  for (const component of [0, 1]) {
    const x = [...vectors].filter((_, i) => i % 2 === component);
    const mean = x.reduce((a, b) => a + b) / 30;
    const variance = x.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 30;
    assertAlmostEquals(statistics.mean[component], mean, 1e-6);
    assertAlmostEquals(statistics.variance[component], variance, 1e-5);
  }
});

Deno.test("mergeStatistics() changes none of its arguments", () => {
  const before = emptyStatistics(1);
  mergeStatistics(before, Float32Array.of(5, 7), 2);
  assertEquals(before, emptyStatistics(1));
});

Deno.test("normalizeVectors() subtracts the mean, divides by the deviation, and clips", () => {
  const statistics = { mean: Float32Array.of(1, -1), variance: Float32Array.of(4, 0), count: 9 };
  const normalized = normalizeVectors(statistics, [3, -1, -100, 5], 3);
  assertAlmostEquals(normalized[0], 1, 1e-6);
  assertEquals([...normalized.subarray(1)], [0, -3, 3]);
});
