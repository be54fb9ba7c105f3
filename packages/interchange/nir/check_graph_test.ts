import { assertThrows } from "@std/assert";
import { ones } from "@spikeloop/tensor";
import { checkGraph, checkNode } from "./check_graph.ts";
import type { NirGraph, NirLIF } from "./nodes.ts";

const fail = (problem: string): never => {
  throw new TypeError(`The graph ${problem}`);
};
const x = ones([2]);
const lif: NirLIF = { type: "LIF", tau: x, r: x, vLeak: x, vThreshold: x };

Deno.test("checkGraph() takes nodes with all their fields, optional ones too, and loops", () => {
  checkGraph({ type: "NIRGraph", nodes: { a: lif }, edges: [["a", "a"]] }, fail);
  checkGraph({ type: "NIRGraph", nodes: { a: { ...lif, vReset: x } }, edges: [] }, fail);
});

Deno.test("checkGraph() suggests the type of a node that may have been meant", () => {
  const graph = { type: "NIRGraph", nodes: { a: { type: "CubaLif" } }, edges: [] };
  assertThrows(
    () => checkGraph(graph as unknown as NirGraph, fail),
    TypeError,
    'has the node "a" of type "CubaLif", expected Input, Output',
  );
  assertThrows(() => checkGraph(graph as unknown as NirGraph, fail), TypeError, "mean CubaLI");
});

Deno.test("checkNode() compares the shapes of units, not the shapes of weights", () => {
  checkNode({ type: "Affine", weight: ones([2, 3]), bias: ones([2]) }, fail);
  const node = { ...lif, r: ones([3]) };
  assertThrows(() => checkNode(node, fail), TypeError, "tau [2] and r [3] differ in shape");
});
