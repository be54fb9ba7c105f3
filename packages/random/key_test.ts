import { assertEquals, assertLess, assertNotEquals, assertThrows } from "@std/assert";
import { type Key, key, normal, randomBits, split, takeKey } from "./mod.ts";

Deno.test("the same key draws the same numbers, other keys draw others", () => {
  assertEquals(randomBits(key(3), 5), randomBits(key(3), 5));
  assertNotEquals(randomBits(key(3), 5), randomBits(key(4), 5));
  assertNotEquals(randomBits(key(-1), 5), randomBits(key(2 ** 32 - 1), 5));
  const seen = new Set(split(key(0), 1000).map((k) => `${k.high},${k.low}`));
  assertEquals(seen.size, 1000);
});

Deno.test("a shorter draw is the beginning of a longer one", () => {
  assertEquals(randomBits(key(9), 3), randomBits(key(9), 10).subarray(0, 3));
});

Deno.test("keys made by splitting are uncorrelated with each other and with their source", () => {
  const source = key(11);
  const [a, b] = split(source).map((k) => normal(k, [20000]).dataSync());
  const c = normal(source, [20000]).dataSync();
  const correlation = (p: Float32Array, q: Float32Array) =>
    p.reduce((s, x, i) => s + x * q[i], 0) / p.length;
  for (const r of [correlation(a, b), correlation(a, c), correlation(b, c)]) {
    assertLess(Math.abs(r), 0.03);
  }
});

Deno.test("wrong seeds, keys and counts are refused by name", () => {
  assertThrows(() => key(0.5), RangeError, "seed is 0.5, expected a safe integer");
  assertThrows(
    () => key("1" as unknown as number),
    TypeError,
    "seed is of type string, expected a safe integer",
  );
  assertThrows(() => split(key(0), -1), RangeError, "n is -1");
  const wrong = [7, null, {}, { high: 0 }, { high: 0, low: 2 ** 32 }, { high: 0.5, low: 0 }, []];
  for (const k of wrong) {
    assertThrows(() => takeKey("run it", "key", k), TypeError, "Cannot run it: key is");
    assertThrows(() => split(k as Key), TypeError, "expected key(seed)");
    assertThrows(() => randomBits(k as Key, 1), TypeError, "expected key(seed)");
  }
});

Deno.test("keys are made of safe integers, and forged ones are refused", () => {
  for (const seed of ["a", {}, null, [1], 1n, undefined]) {
    assertThrows(() => key(seed as never), TypeError, "Cannot make a key: seed is");
  }
  for (const seed of [NaN, 0.5, Infinity, 2 ** 60]) assertThrows(() => key(seed), RangeError);
  const forged = [{}, { high: 1 }, { high: 0.5, low: 1 }, { high: -1, low: 1 }, {
    high: 1,
    low: 2 ** 32,
  }];
  for (const k of [...forged, { high: "1", low: 1 }, [1, 2], new Map(), 7, null]) {
    assertThrows(() => randomBits(k as never, 1), TypeError, "key(seed)");
    assertThrows(() => normal(k as never, [1]), TypeError, "key(seed)");
    assertThrows(() => split(k as never), TypeError, "key(seed)");
  }
  const message = "n is 1099511627776, expected an integer of at least 0 and at most 16777216";
  assertThrows(() => split(key(0), 2 ** 40), RangeError, message);
});
