import { assertEquals } from "@std/assert";
import { add, input, mul } from "@spikeloop/expr";
import { evaluateMap } from "./map.ts";

const kernel = {
  inputs: ["a", "b"],
  outputs: [add(input("a"), input("b")), mul(input("a"), input("b"))],
};

Deno.test("a map walks every operand by its strides; numbers and strides of 0 repeat", () => {
  const rows = { storage: Float32Array.of(1, 2), strides: [1, 0] };
  const columns = { storage: Float32Array.of(10, 20, 30), strides: [0, 1] };
  const [sums, products] = evaluateMap(kernel, [rows, columns], [2, 3]);
  assertEquals([...sums], [11, 21, 31, 12, 22, 32]);
  assertEquals([...products], [10, 20, 30, 20, 40, 60]);
  assertEquals([...evaluateMap(kernel, [rows, 5], [2, 1])[0]], [6, 7]);
});

Deno.test("a map over a scalar has one element, over an empty axis none", () => {
  const one = { storage: Float32Array.of(4), strides: [] };
  assertEquals([...evaluateMap(kernel, [one, 1], [])[0]], [5]);
  const none = { storage: new Float32Array(0), strides: [3, 1] };
  assertEquals(evaluateMap(kernel, [none, 1], [0, 3]).map((r) => r.length), [0, 0]);
});
