import { showShape, Tensor } from "@spikeloop/tensor";
import { fieldsOf, type NirGraph, type NirNode } from "./nodes.ts";

/**
 * Checks what both directions rely on: nodes are of known types, what a neuron's units differ in has one shape, and
 * edges lead from a node to another that is there.
 *
 * @param fail Throws the error that says what is wrong.
 */
export function checkGraph({ nodes, edges }: NirGraph, fail: (problem: string) => never): void {
  if (typeof nodes !== "object" || nodes === null) fail(`has nodes ${String(nodes)}`);
  const pairs: unknown = edges;
  if (!Array.isArray(pairs) || !pairs.every((pair) => Array.isArray(pair) && pair.length === 2)) {
    fail("has edges that are no pairs of names");
  }
  for (const [name, node] of Object.entries(nodes)) {
    if (node?.type !== "NIRGraph" && !Object.hasOwn(fieldsOf, node?.type)) {
      fail(
        `has the node "${name}" of type "${
          String((node as NirNode | undefined)?.type)
        }", expected ${Object.keys(fieldsOf).join(", ")}`,
      );
    }
    if (node.type !== "NIRGraph") checkShapes(name, node, fail);
  }
  for (const pair of edges) {
    const lost = pair.find((name) => !Object.hasOwn(nodes, name));
    if (lost !== undefined) {
      const [from, to] = pair.map((name) => JSON.stringify(name));
      fail(`has an edge from ${from} to ${to}, but no node ${JSON.stringify(lost)}`);
    }
  }
}

function checkShapes(
  name: string,
  node: Exclude<NirNode, NirGraph>,
  fail: (problem: string) => never,
): void {
  const values = Object.entries(node);
  const units = values.filter(([field]) => fieldsOf[node.type][field]?.perUnit);
  const shapes = units.map(([field, x]) =>
    [field, x instanceof Tensor ? showShape(x.shape) : ""] as const
  );
  const other = shapes.find(([, shape]) => shape !== shapes[0][1]);
  if (other !== undefined) {
    fail(
      `has the node ${JSON.stringify(name)}, whose ${shapes[0].join(" ")} and ${
        other.join(" ")
      } differ in shape`,
    );
  }
}
