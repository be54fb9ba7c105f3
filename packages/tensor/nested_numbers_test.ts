import { assertEquals, assertThrows } from "@std/assert";
import { cpu } from "@spikeloop/cpu";
import { nestedNumbers, ones, tensor, zeros } from "./mod.ts";

Deno.test("nestedNumbers() returns what tensor() took", () => {
  for (const values of [7, [1, 2], [[1], [2]], [[[1, 2], [3, 4]]], [], [[], []]]) {
    assertEquals(nestedNumbers(tensor(values)), values);
  }
  assertEquals(nestedNumbers(zeros([0, 3])), []);
});

Deno.test("nestedNumbers() refuses what it cannot read", () => {
  assertThrows(() => nestedNumbers([1] as never), TypeError, "Cannot run nestedNumbers: x is an");
  const device = { ...cpu, name: "device", readSync: undefined };
  const there = ones([2], { backend: device });
  assertThrows(() => nestedNumbers(there), TypeError, 'on "device"');
});
