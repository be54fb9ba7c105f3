import { assertEquals } from "@std/assert";
import { lateralChunks, slabRows, sumsBySets } from "./summation_order.ts";

Deno.test("chunks of a group have at most 5 units and nearly the same size", () => {
  assertEquals(lateralChunks(1), [0, 1]);
  assertEquals(lateralChunks(10), [0, 5, 10]);
  assertEquals(lateralChunks(16), [0, 4, 8, 12, 16]);
  assertEquals(lateralChunks(26), [0, 26]);
});

Deno.test("slabs have between 4 and 64 rows, a power of two", () => {
  assertEquals([1, 16, 80, 256, 5000].map(slabRows), [64, 64, 16, 4, 4]);
});

Deno.test("gradients are summed by subsets for spikes in small groups and batches of 8 or more", () => {
  const by = (batch: number, group: number, binary: boolean) =>
    sumsBySets({ batch, group, binary });
  assertEquals([by(8, 25, true), by(7, 25, true), by(8, 26, true), by(8, 25, false)], [
    true,
    false,
    false,
    false,
  ]);
});
