import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import {
  emptyStatistics,
  mergeStatistics,
  normalizeVectors,
  takeStatistics,
} from "./running_statistics.ts";

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
  const normalized = normalizeVectors(statistics, [3, -1, -100, 5]);
  assertAlmostEquals(normalized[0], 1, 1e-6);
  assertEquals([...normalized.subarray(1)], [0, -3, 3]);
});

Deno.test("statistics start from the first vectors, however far from 0 these are", () => {
  for (const offset of [0, 1e4, 1e5, 1e6, -1e6]) {
    let statistics = emptyStatistics(1);
    for (let from = 0; from < 2000; from += 50) {
      const vectors = Float32Array.from({ length: 50 }, (_, i) => offset + (from + i) % 7);
      statistics = mergeStatistics(statistics, vectors, 50);
      const expected = from === 0 ? 4.0964 : 4;
      assertAlmostEquals(statistics.variance[0], expected, from === 0 ? 1e-3 : 0.1);
      assertAlmostEquals(statistics.mean[0] - offset, 3, 0.2);
    }
  }
});

Deno.test("the largest numbers of float32 give numbers", () => {
  const large = 3.4e38;
  const statistics = mergeStatistics(emptyStatistics(1), Float32Array.of(large, -large, large), 3);
  for (const [x, limit] of [[large, 3], [-large, 3], [-large, Infinity]]) {
    const [y] = normalizeVectors({ ...statistics, clipLimit: limit }, [x]);
    assertEquals([Number.isFinite(y), Math.sign(y)], [true, Math.sign(x)]);
  }
});

Deno.test("statistics have a limit of their own, 3 if it is missing", () => {
  const statistics = { mean: Float32Array.of(0), variance: Float32Array.of(1), count: 9 };
  assertEquals([...normalizeVectors(statistics, [100, -100])], [3, -3]);
  assertEquals([...normalizeVectors({ ...statistics, clipLimit: 5 }, [100, -100])], [5, -5]);
});

Deno.test("takeStatistics() refuses numbers that statistics cannot have", () => {
  const fine = { mean: [0, 0], variance: [1, 0], count: 3 };
  assertEquals([...takeStatistics("test", fine).variance], [1, 0]);
  const refuse = (part: object, kind: typeof TypeError | typeof RangeError, problem: string) =>
    assertThrows(() => takeStatistics("test", { ...fine, ...part }, 2), kind, problem);
  refuse({ variance: [1, -1] }, RangeError, "variance[1] is -1");
  refuse({ variance: [1, NaN] }, RangeError, "variance[1] is NaN");
  refuse({ mean: [Infinity, 0] }, RangeError, "mean[0] is Infinity");
  refuse({ count: -5 }, RangeError, "count is -5");
  refuse({ count: "many" }, TypeError, 'count is "many"');
  refuse({ mean: [0] }, TypeError, "mean has length 1, expected 2");
  refuse({ clipLimit: 0 }, RangeError, "clipLimit is 0");
});
