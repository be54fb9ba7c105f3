import { assertEquals } from "@std/assert";
import { evaluateAffine, evaluateMatmul } from "./matmul.ts";

const spec = {
  ...{ batch: 1, m: 2, k: 3, n: 2, transposeA: false, transposeB: false },
  ...{ sharedA: false, sharedB: false, binaryA: false, binaryB: false },
};
const a = Float32Array.of(1, 2, 3, 4, 5, 6); // [2, 3]
const b = Float32Array.of(1, 0, 0, 1, 1, 1); // [3, 2]

Deno.test("matrices are multiplied, transposed or not", () => {
  assertEquals([...evaluateMatmul(spec, a, b)], [4, 5, 10, 11]);
  const left = Float32Array.of(1, 4, 2, 5, 3, 6);
  assertEquals([...evaluateMatmul({ ...spec, transposeA: true }, left, b)], [4, 5, 10, 11]);
  const right = Float32Array.of(1, 0, 1, 0, 1, 1);
  assertEquals([...evaluateMatmul({ ...spec, transposeB: true }, a, right)], [4, 5, 10, 11]);
});

Deno.test("one factor serves a whole batch, and a bias comes last", () => {
  const two = Float32Array.of(...a, ...a.map((x) => -x));
  const shared = { ...spec, batch: 2, sharedB: true };
  assertEquals([...evaluateMatmul(shared, two, b)], [4, 5, 10, 11, -4, -5, -10, -11]);
  assertEquals([...evaluateAffine(spec, a, b, Float32Array.of(100, 200))], [104, 205, 110, 211]);
});

Deno.test("products and sums are rounded to float32, in ascending order of k", () => {
  const row = { ...spec, m: 1, n: 1 };
  const ones = Float32Array.of(1, 1, 1);
  assertEquals(evaluateMatmul(row, Float32Array.of(2 ** 24, 1, 1), ones)[0], 2 ** 24);
  assertEquals(evaluateMatmul(row, Float32Array.of(1, 1, 2 ** 24), ones)[0], 2 ** 24 + 2);
});

Deno.test("zeros of a binary factor hide numbers that are not finite", () => {
  const row = { ...spec, m: 1, n: 1, binaryA: true };
  const weights = Float32Array.of(2, Infinity, NaN);
  assertEquals(evaluateMatmul(row, Float32Array.of(1, 0, 0), weights)[0], 2);
  const dense = evaluateMatmul({ ...row, binaryA: false }, Float32Array.of(1, 0, 0), weights);
  assertEquals(dense[0], NaN);
});
