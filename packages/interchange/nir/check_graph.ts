import { describe, describeOption, didYouMean, isRecord } from "@spikeloop/errors";
import { showShape } from "@spikeloop/backend";
import { Tensor } from "@spikeloop/tensor";
import { type Fail, quote } from "../reading.ts";
import { type Field, fieldsOf, type NirGraph, type NirNode } from "./nodes.ts";

/**
 * Checks a graph that is read or written: its nodes are of known types and have their fields, and
 * its edges lead from one of its nodes to another.
 *
 * @param fail Throws an error with the problem.
 */
export function checkGraph({ nodes, edges }: NirGraph, fail: Fail): void {
  if (!isRecord(nodes)) fail(`has nodes ${describe(nodes)}, expected a record`);
  for (const [name, node] of Object.entries(nodes)) {
    const title = `has the node ${quote(name)}`;
    const type: unknown = node?.type;
    if (type === "NIRGraph") continue;
    if (typeof type !== "string" || !Object.hasOwn(fieldsOf, type)) {
      fail(`${title} of type ${unknownType(type)}`);
    }
    checkNode(node as Exclude<NirNode, NirGraph>, (problem) => fail(`${title}, whose ${problem}`));
  }
  checkEdges(nodes, edges, fail);
}

function checkEdges(nodes: NirGraph["nodes"], edges: unknown, fail: Fail): void {
  // every() skips holes, and a copy has none.
  const isPair = (pair: unknown) =>
    Array.isArray(pair) && pair.length === 2 &&
    typeof pair[0] === "string" && typeof pair[1] === "string";
  if (!Array.isArray(edges) || !Array.from(edges).every(isPair)) {
    return fail("has edges that are no pairs of names");
  }
  for (const pair of edges) {
    const missing = pair.find((name: string) => !Object.hasOwn(nodes, name));
    if (missing === undefined) continue;
    const [from, to] = pair.map(quote);
    fail(`has an edge from ${from} to ${to}, but no node ${quote(missing)}`);
  }
}

/** A type that no node has, for the end of a message, with the types that nodes have. */
export function unknownType(type: unknown): string {
  const known = Object.keys(fieldsOf);
  const name = typeof type === "string" ? type : describe(type);
  const hint = didYouMean(name.slice(0, 60), known);
  return `${quote(name)}, expected ${known.join(", ")}${hint}`;
}

/** Checks that a node has its fields, that each is of its kind, and that units agree in shape. */
export function checkNode(node: Exclude<NirNode, NirGraph>, fail: Fail): void {
  const values = new Map<string, unknown>(Object.entries(node));
  let first: string | undefined;
  let firstShape = "";
  for (const [field, { kind, optional, perUnit }] of Object.entries(fieldsOf[node.type])) {
    const value = values.get(field);
    if (value === undefined && optional) continue;
    if (!isOfKind(value, kind)) {
      fail(`${field} is ${describeOption(value)}, expected ${expected[kind]}`);
    }
    if (!perUnit || !(value instanceof Tensor)) continue;
    const shape = showShape(value.shape);
    if (first === undefined) [first, firstShape] = [field, shape];
    if (shape !== firstShape) {
      fail(`${first} ${firstShape} and ${field} ${shape} differ in shape`);
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
  return Array.isArray(value) && Array.from(value).every((n) => Number.isSafeInteger(n) && n >= 0);
}
