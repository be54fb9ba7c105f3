import { type Tensor, tensor } from "@spikeloop/tensor";
import type { Dataset } from "../hdf5/dataset.ts";
import { type Group, isHdf5, readHdf5 } from "../hdf5/read_hdf5.ts";
import {
  type Fail,
  failReading,
  hintAt,
  quote,
  type Reading,
  type ReadOptions,
  startReading,
} from "../reading.ts";
import { checkGraph, unknownType } from "./check_graph.ts";
import {
  type Field,
  fieldsOf,
  nameInFile,
  type NirGraph,
  type NirMetadata,
  type NirNode,
} from "./nodes.ts";

const failFile = failReading("the NIR file");
const fail: Fail = (problem) => failFile(`it ${problem}`);

/**
 * Reads a graph in the Neuromorphic Intermediate Representation, as `nir.write` of the Python
 * package stores it, with or without gzip. Fields have the names of that package in camelCase, such
 * as `vThreshold` for `v_threshold`. All numbers become float32. Convolutions and pooling are
 * refused, because this library cannot run them.
 *
 * Time constants are in seconds, as in the file. {@linkcode neuronFromNir} turns a node into a
 * model of this library. Time and memory are bounded by the size of the file.
 *
 * Source: Pedersen et al., "Neuromorphic intermediate representation: A unified instruction set for
 * interoperable brain-inspired computing", Nature Communications 2024.
 *
 * @throws {SyntaxError} if the file is malformed, or has a part of HDF5 or NIR that is not read;
 * the message names it.
 * @throws {TypeError} if `bytes` is not a Uint8Array, or an option is unknown.
 *
 * @example
 * ```ts
 * import { readNir, writeNir } from "@spikeloop/interchange";
 * import { tensor } from "@spikeloop/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const file = writeNir({
 *   type: "NIRGraph",
 *   nodes: {
 *     input: { type: "Input", shape: [2] },
 *     fc: { type: "Linear", weight: tensor([[1, 2], [3, 4], [5, 6]]) },
 *     output: { type: "Output", shape: [3] },
 *   },
 *   edges: [["input", "fc"], ["fc", "output"]],
 * });
 * const { nodes } = readNir(file);
 * if (nodes.fc.type === "Linear") assertEquals(nodes.fc.weight.shape, [3, 2]);
 * ```
 */
export function readNir(bytes: Uint8Array, options: ReadOptions = {}): NirGraph {
  const { options: creation } = startReading("a NIR file", bytes, options);
  if (!isHdf5(bytes)) fail(`does not begin as an HDF5 file${hintAt(bytes)}`);
  const root = readHdf5(bytes, fail).get("node");
  if (!(root instanceof Map)) return fail('holds no group "node"');
  const graph = readNode(root, "the graph", creation);
  return graph.type === "NIRGraph"
    ? graph
    : fail(`holds a single ${graph.type}, expected a NIRGraph`);
}

function readNode(group: Group, title: string, options: Reading["options"]): NirNode {
  const type = readText(group.get("type"));
  if (type === undefined) return fail(`has ${title} without a type`);
  const metadata = readMetadata(group.get("metadata"), title, options);
  if (type === "NIRGraph") {
    const graph: NirGraph = { type, ...readGraph(group, title, options), ...metadata };
    checkGraph(graph, fail);
    return graph;
  }
  if (!Object.hasOwn(fieldsOf, type)) {
    fail(`has ${title} of type ${unknownType(type)}`);
  }
  const fields = fieldsOf[type as keyof typeof fieldsOf];
  const entries = Object.entries(fields).flatMap(([name, { kind }]) => {
    const member = group.get(nameInFile(name));
    return member === undefined ? [] : [[name, readField(member, kind, options)]];
  });
  return { type, ...Object.fromEntries(entries), ...metadata } as NirNode;
}

function readGraph(
  group: Group,
  title: string,
  options: Reading["options"],
): Pick<NirGraph, "nodes" | "edges"> {
  const [members, pairs] = [group.get("nodes"), group.get("edges")];
  if (!(members instanceof Map)) return fail(`has ${title} without nodes`);
  // The record has no prototype, so a node may have any name.
  const nodes: Record<string, NirNode> = Object.create(null);
  for (const [name, node] of members) {
    if (!(node instanceof Map)) return fail(`has the node ${quote(name)}, which is no group`);
    nodes[name] = readNode(node, `the node ${quote(name)}`, options);
  }
  const edges: [string, string][] = [];
  if (pairs !== undefined && !(pairs instanceof Map) && pairs.values.length > 0) {
    const { shape, values } = pairs;
    if (values instanceof Float32Array || shape.length !== 2 || shape[1] !== 2) {
      return fail(`has ${title} with edges that are no pairs of names`);
    }
    for (let i = 0; i < values.length; i += 2) edges.push([values[i], values[i + 1]]);
  }
  return { nodes, edges };
}

function readText(member: Group | Dataset | undefined): string | undefined {
  if (member === undefined || member instanceof Map || member.shape.length > 0) return undefined;
  const [value] = member.values;
  return typeof value === "string" ? value : undefined;
}

/** The value of a field. `checkGraph` checks later whether it is of the right kind. */
function readField(
  member: Group | Dataset,
  kind: Field["kind"],
  options: Reading["options"],
): Tensor | number[] | number | string {
  if (member instanceof Map) return "a group";
  const { values, shape } = member;
  if (!(values instanceof Float32Array)) return "a text";
  if (kind === "tensor") return tensor(values, shape, options);
  if (kind === "integer" && shape.length === 0) return values[0];
  return shape.length > 1 ? "a table" : [...values];
}

function readMetadata(
  member: Group | Dataset | undefined,
  title: string,
  options: Reading["options"],
): { metadata?: NirMetadata } {
  if (member === undefined) return {};
  if (!(member instanceof Map)) return fail(`has ${title} with metadata that is no group`);
  const metadata: Record<string, string | number | Tensor> = Object.create(null);
  for (const [name, value] of member) {
    if (value instanceof Map) return fail(`has ${title} with metadata ${quote(name)}, a group`);
    const { shape, values } = value;
    if (shape.length === 0) metadata[name] = values[0];
    else if (values instanceof Float32Array) metadata[name] = tensor(values, shape, options);
    else return fail(`has ${title} with metadata ${quote(name)}, a list of texts`);
  }
  return { metadata };
}
