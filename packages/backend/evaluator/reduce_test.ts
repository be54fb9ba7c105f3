import { assertEquals } from "@std/assert";
import { sumBlock, sumLanes } from "../summation_order.ts";
import { evaluateReduce } from "./reduce.ts";

const x = Float32Array.of(1, 5, 2, 4, 3, 3); // [1, 3, 2] or [2, 3, 1]

Deno.test("the middle axis is reduced to a sum, an extreme or its index", () => {
  assertEquals([...evaluateReduce("sum", x, 1, 3, 2)], [6, 12]);
  assertEquals([...evaluateReduce("sum", x, 2, 3, 1)], [8, 10]);
  assertEquals([...evaluateReduce("max", x, 2, 3, 1)], [5, 4]);
  assertEquals([...evaluateReduce("min", x, 1, 3, 2)], [1, 3]);
  assertEquals([...evaluateReduce("argmax", x, 1, 3, 2)], [2, 0]);
  assertEquals([...evaluateReduce("argmin", x, 2, 3, 1)], [0, 1]);
});

Deno.test("the first of equals is the extreme, and the first NaN wins", () => {
  assertEquals(evaluateReduce("argmax", Float32Array.of(3, 3), 1, 2, 1)[0], 0);
  const withNaN = Float32Array.of(1, NaN, 9, NaN);
  assertEquals(evaluateReduce("argmin", withNaN, 1, 4, 1)[0], 1);
  assertEquals(evaluateReduce("max", withNaN, 1, 4, 1)[0], NaN);
});

Deno.test("contiguous numbers have 16 partial sums, strided ones are added one after another", () => {
  const numbers = new Float32Array(sumLanes + 1).fill(1);
  numbers[0] = 2 ** 24;
  // Partial sum 0 loses its own second number and, 8 apart, partial sum 8's: 15 - 1 are left.
  assertEquals(evaluateReduce("sum", numbers, 1, numbers.length, 1)[0], 2 ** 24 + 14);
  const strided = Float32Array.from({ length: 2 * numbers.length }, (_, i) => numbers[i >> 1]);
  assertEquals([...evaluateReduce("sum", strided, 1, numbers.length, 2)], [2 ** 24, 2 ** 24]);
});

Deno.test("a long axis is summed in blocks, and then the blocks' sums are", () => {
  const sum = (x: Float32Array, inner: number) => {
    return [...evaluateReduce("sum", x, 1, x.length / inner, inner)];
  };
  for (const inner of [1, 2]) {
    const size = sumBlock * inner;
    const x = Float32Array.from({ length: 2 * size }, (_, i) => Math.sin(i) + 1);
    const [first, second] = [sum(x.subarray(0, size), inner), sum(x.subarray(size), inner)];
    assertEquals(sum(x, inner), first.map((total, i) => Math.fround(total + second[i])));
  }
});
