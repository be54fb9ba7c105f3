import { assert, assertFalse } from "@std/assert";
import { equal } from "./equal.ts";

Deno.test("NaN equals NaN and 0 equals -0, however deep", () => {
  assert(equal(NaN, NaN));
  assert(equal(0, -0));
  assert(equal(new Float32Array([0, NaN]), new Float32Array([-0, NaN])));
  assert(equal({ a: [{ b: -0 }] }, { a: [{ b: 0 }] }));
});

Deno.test("values, lengths, keys and classes that differ are not equal", () => {
  assertFalse(equal(1, "1"));
  assertFalse(equal([1, 2], [1, 2, 3]));
  assertFalse(equal({ a: undefined }, { b: undefined }));
  assertFalse(equal(new Float32Array(2), new Float64Array(2)));
  assertFalse(equal(new Float32Array([1]), new Float32Array([2])));
  assertFalse(equal(null, {}));
});

Deno.test("maps, sets and dates are compared by content", () => {
  assert(equal(new Map([["a", [1]]]), new Map([["a", [1]]])));
  assertFalse(equal(new Set([1]), new Set([2])));
  assertFalse(equal(new Date(0), new Date(1)));
});
