import { assertEquals } from "@std/assert";
import { lateralChunks, slabRows } from "./summation_order.ts";

Deno.test("chunks of a population have at most 5 units and nearly the same size", () => {
  assertEquals(lateralChunks(1), [0, 1]);
  assertEquals(lateralChunks(10), [0, 5, 10]);
  assertEquals(lateralChunks(16), [0, 4, 8, 12, 16]);
  assertEquals(lateralChunks(26), [0, 26]);
});

Deno.test("slabs have between 4 and 64 rows, a power of two", () => {
  assertEquals([1, 16, 80, 256, 5000].map(slabRows), [64, 64, 16, 4, 4]);
});
