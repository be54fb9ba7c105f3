import { assertEquals } from "@std/assert";
import { findCycle } from "./find_cycle.ts";

Deno.test("a graph without cycles gives undefined, diamonds included", () => {
  assertEquals(findCycle([["a", "b"], ["a", "c"], ["b", "d"], ["c", "d"]]), undefined);
  assertEquals(findCycle([]), undefined);
});

Deno.test("a cycle is given from its first node back to it", () => {
  assertEquals(findCycle([["x", "a"], ["a", "b"], ["b", "c"], ["c", "a"]]), ["a", "b", "c", "a"]);
});

Deno.test("a node that points to itself is a cycle", () => {
  assertEquals(findCycle([["a", "b"], ["b", "b"]]), ["b", "b"]);
});
