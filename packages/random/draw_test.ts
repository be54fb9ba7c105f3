import {
  assertAlmostEquals,
  assertEquals,
  assertLess,
  assertNotEquals,
  assertThrows,
} from "@std/assert";
import { type Key, key, normal, permutation, randint, uniform } from "./mod.ts";

Deno.test("uniform() stays in its range and has its mean and variance", () => {
  const x = uniform(key(1), [50000], { min: -2, max: 4 }).dataSync();
  assertEquals(x.every((v) => v >= -2 && v < 4), true);
  const mean = x.reduce((s, v) => s + v, 0) / x.length;
  const variance = x.reduce((s, v) => s + (v - mean) ** 2, 0) / x.length;
  assertAlmostEquals(mean, 1, 0.03);
  assertAlmostEquals(variance, 3, 0.06);
});

Deno.test("uniform() fills every part of its range evenly", () => {
  const x = uniform(key(5), [64000]).dataSync();
  const counts = new Array(64).fill(0);
  for (const v of x) counts[Math.floor(v * 64)]++;
  const chiSquare = counts.reduce((s, c) => s + (c - 1000) ** 2 / 1000, 0);
  assertLess(chiSquare, 104, "63 degrees of freedom: above 104 once in a thousand");
});

Deno.test("uniform() and normal() have these bits, in every engine", () => {
  const hash = (x: Float32Array) =>
    new Uint32Array(x.buffer, x.byteOffset, x.length).reduce(
      (h, word) => Math.imul(h ^ word, 16777619) >>> 0,
      1,
    );
  const scaled = uniform(key(8), [1000], { min: -0.3, max: 0.7 }).dataSync();
  assertEquals([hash(scaled), hash(normal(key(8), [1000]).dataSync())], [
    2118392517,
    2978067412,
  ]);
});

Deno.test("normal() has mean 0, variance 1, no skew and the kurtosis of a Gaussian", () => {
  const x = normal(key(2), [100000]).dataSync();
  const moment = (p: number) => x.reduce((s, v) => s + v ** p, 0) / x.length;
  assertAlmostEquals(moment(1), 0, 0.01);
  assertAlmostEquals(moment(2), 1, 0.02);
  assertAlmostEquals(moment(3), 0, 0.03);
  assertAlmostEquals(moment(4), 3, 0.1);
});

Deno.test("randint() draws every integer of its range, and no other", () => {
  const x = randint(key(4), [1000], { min: -1, max: 3 }).dataSync();
  assertEquals([...new Set(x)].sort((a, b) => a - b), [-1, 0, 1, 2]);
});

Deno.test("permutation() holds every index once", () => {
  const x = permutation(key(6), 100).dataSync();
  assertEquals([...x].sort((a, b) => a - b), Array.from({ length: 100 }, (_, i) => i));
  assertNotEquals([...x], [...permutation(key(7), 100).dataSync()]);
});

Deno.test("shapes may be empty", () => {
  assertEquals(uniform(key(0), []).size, 1);
  assertEquals(normal(key(0), [0, 3]).size, 0);
  assertEquals(permutation(key(0), 0).size, 0);
});

Deno.test("wrong arguments are refused by name", () => {
  assertThrows(() => uniform(7 as unknown as Key, [2]), TypeError, "key(seed)");
  assertThrows(() => uniform(key(0), [2.5]), RangeError, "[2.5]");
  assertThrows(
    () => uniform(key(0), [2], { min: 1, max: 1 }),
    RangeError,
    "max is 1, expected a finite number above 1",
  );
  assertThrows(() => uniform(key(0), [2], { max: 1e39 }), RangeError, "1e+39");
  assertThrows(() => uniform(key(0), [2], { min: NaN }), RangeError, "min is NaN");
  assertThrows(() => randint(key(0), [2], {}), TypeError, "max is missing, expected an integer");
  assertThrows(() => randint(key(0), [2], { max: 2 ** 24 + 1 }), RangeError, "max is 16777217");
  assertThrows(() => randint(key(0), [2], { min: 0, max: 0.5 }), RangeError, "0.5");
  assertThrows(() => permutation(key(0), 1.5), RangeError, "1.5");
});
