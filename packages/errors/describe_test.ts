import { assertEquals } from "@std/assert";
import { describe, describeOption, isRecord, showCount } from "./mod.ts";

class Point {}

class Place {
  toString(): string {
    return "Place(here)";
  }
}

Deno.test("describe() describes values of all kinds", () => {
  const words: readonly (readonly [unknown, string])[] = [
    [undefined, "undefined"],
    [null, "null"],
    [-0.5, "-0.5"],
    [1n, "1"],
    [true, "true"],
    ['a "b"', '"a \\"b\\""'],
    [Symbol("s"), "Symbol(s)"],
    [[1], "an array"],
    [{}, "a record"],
    [Object.create(null), "a record"],
    [describe, "a function (describe)"],
    [() => 1, "a function"],
    [new Float64Array(2), "a Float64Array"],
    [new Int8Array(2), "an Int8Array"],
    [Promise.resolve(), "a Promise"],
    [new Point(), "a Point"],
    [new Place(), "Place(here)"],
  ];
  for (const [value, expected] of words) assertEquals(describe(value), expected);
  assertEquals(describeOption(undefined), "missing");
  assertEquals(describeOption(null), "null");
});

Deno.test("isRecord() is true for plain records alone", () => {
  const records = [{}, { a: 1 }, Object.create(null), JSON.parse("{}"), Object.freeze({})];
  for (const x of records) assertEquals(isRecord(x), true);
  const others = [
    ...[undefined, null, 1, "a", [], () => 1, new Map(), new Set(), Promise.resolve()],
    ...[new Float32Array(1), new Date(), new Point(), new Place(), /a/, Object.create({ a: 1 })],
  ];
  for (const x of others) assertEquals(isRecord(x), false);
});

Deno.test("however long a value is, its description is short", () => {
  class Long {
    toString(): string {
      return "x".repeat(1e6);
    }
  }
  Object.defineProperty(Long, "name", { value: "x".repeat(1e6) });
  const child: unknown = Object.create(Object.create(Object.create(null)));
  for (const value of ["x".repeat(1e6), new Long(), Long, Symbol("x".repeat(1e6)), 10n ** 1000n]) {
    assertEquals(describe(value).length < 300, true);
  }
  assertEquals(describe(child), "an Object");
});

Deno.test("showCount() has the plural unless there is one", () => {
  assertEquals([0, 1, 2, 1n, 1.5].map((n) => showCount(n, "byte")), [
    ...["0 bytes", "1 byte", "2 bytes"],
    ...["1 byte", "1.5 bytes"],
  ]);
  assertEquals([showCount(1, "axis", "axes"), showCount(2, "axis", "axes")], ["1 axis", "2 axes"]);
});
