import { assertEquals } from "@std/assert";
import { findCycle, findCycles } from "./find_cycle.ts";

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

Deno.test("all cycles are found, each without the edges among the nodes of those before", () => {
  const edges = [["a", "b"], ["b", "a"], ["b", "c"], ["c", "d"], ["d", "c"]] as const;
  assertEquals(findCycles(edges), [["a", "b", "a"], ["c", "d", "c"]]);
  assertEquals(findCycles([["a", "b"]]), []);
});
