import { assertEquals } from "@std/assert";
import { evaluateGather, evaluateScatter } from "./movement.ts";

const storage = Float32Array.of(0, 1, 2, 3, 4, 5); // [2, 3]

Deno.test("a gather copies a window: transposed, repeated or backwards", () => {
  const gather = (offset: number, shape: number[], strides: number[]) => [
    ...evaluateGather({ storage, offset, shape, strides }),
  ];
  assertEquals(gather(0, [3, 2], [1, 3]), [0, 3, 1, 4, 2, 5]);
  assertEquals(gather(4, [2, 2], [0, 1]), [4, 5, 4, 5]);
  assertEquals(gather(5, [3], [-1]), [5, 4, 3]);
  assertEquals(gather(3, [], []), [3]);
});

Deno.test("a scatter writes every part into its window of zeros", () => {
  const parts = [
    { data: Float32Array.of(7, 8), into: { offset: 0, shape: [2], strides: [3] } },
    { data: Float32Array.of(9), into: { offset: 2, shape: [1, 1], strides: [3, 1] } },
  ];
  assertEquals([...evaluateScatter(6, parts)], [7, 0, 9, 8, 0, 0]);
});
