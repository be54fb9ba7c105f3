import { describeOption } from "@spikeloop/errors";
import { showShape } from "@spikeloop/backend";
import { Tensor } from "@spikeloop/tensor";
import { type Field, fieldsOf, type NirGraph, type NirNode } from "./nodes.ts";

/**
 * Checks what both directions rely on: nodes are of known types and have their fields, and edges lead from a node to
 * another that is there.
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
        `has the node ${JSON.stringify(name)} of type "${
          String((node as NirNode | undefined)?.type)
        }", expected ${Object.keys(fieldsOf).join(", ")}`,
      );
    }
    if (node.type === "NIRGraph") continue;
    checkNode(node, (problem) => fail(`has the node ${JSON.stringify(name)}, whose ${problem}`));
  }
  for (const pair of edges) {
    const lost = pair.find((name) => !Object.hasOwn(nodes, name));
    if (lost !== undefined) {
      const [from, to] = pair.map((name) => JSON.stringify(name));
      fail(`has an edge from ${from} to ${to}, but no node ${JSON.stringify(lost)}`);
    }
  }
}

/** Checks that a node has its fields, each of its kind, and that those of its units agree in shape. */
export function checkNode(
  node: Exclude<NirNode, NirGraph>,
  fail: (problem: string) => never,
): void {
  const values = new Map<string, unknown>(Object.entries(node));
  let first: readonly [field: string, shape: string] | undefined;
  for (const [field, { kind, optional, perUnit }] of Object.entries(fieldsOf[node.type])) {
    const value = values.get(field);
    if (value === undefined && optional) continue;
    if (!isOfKind(value, kind)) {
      fail(`${field} is ${describeOption(value)}, expected ${expected[kind]}`);
    }
    if (!perUnit || !(value instanceof Tensor)) continue;
    const found = [field, showShape(value.shape)] as const;
    first ??= found;
    if (found[1] !== first[1]) {
      fail(`${first.join(" ")} and ${found.join(" ")} differ in shape`);
    }
  }
}

const expected = {
  tensor: "a tensor",
  integer: "an integer",
  shape: "a list of integers of at least 0",
};

function isOfKind(value: unknown, kind: Field["kind"]): boolean {
  if (kind === "tensor") return value instanceof Tensor;
  if (kind === "integer") return Number.isSafeInteger(value);
  return Array.isArray(value) && value.every((n) => Number.isSafeInteger(n) && n >= 0);
}
