import { type Tensor, tensor } from "@spikeloop/tensor";
import { checkInput, hintAt } from "../check_input.ts";
import type { Dataset } from "../hdf5/dataset.ts";
import { type Group, isHdf5, readHdf5 } from "../hdf5/read_hdf5.ts";
import type { ReadOptions } from "../read_safetensors.ts";
import { checkGraph } from "./check_graph.ts";
import {
  type Field,
  fieldsOf,
  nameInFile,
  type NirGraph,
  type NirMetadata,
  type NirNode,
} from "./nodes.ts";

function fail(problem: string): never {
  throw new SyntaxError(`Cannot read the NIR file: it ${problem}`);
}

/**
 * Reads a graph in the Neuromorphic Intermediate Representation, as `nir.write` of the Python package stores it, gzip
 * or not. What nodes hold has the names of that package in camelCase: `vThreshold` for `v_threshold`. All numbers
 * become float32. Convolutions and pooling are refused: there is nothing here to run them.
 *
 * Time constants are in seconds, as in the file; {@linkcode neuronFromNir} turns a node into a model of this library.
 *
 * Source: Pedersen et al., "Neuromorphic intermediate representation: A unified instruction set for interoperable
 * brain-inspired computing", Nature Communications 2024.
 *
 * @throws {SyntaxError} that says what is wrong with the file, or which part of HDF5 or NIR is not read. Time and
 * memory are bounded by its size.
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
  checkInput("a NIR file", bytes, options);
  if (!isHdf5(bytes)) fail(`does not begin as an HDF5 file${hintAt(bytes)}`);
  const root = readHdf5(bytes, fail).get("node");
  if (!(root instanceof Map)) return fail('holds no group "node"');
  const graph = readNode(root, "the graph", options);
  return graph.type === "NIRGraph"
    ? graph
    : fail(`holds a single ${graph.type}, expected a NIRGraph`);
}

/** A name for a message. */
function quoted(name: string): string {
  return JSON.stringify(name.slice(0, 60));
}

function readNode(group: Group, what: string, options: ReadOptions): NirNode {
  const type = readText(group.get("type"));
  if (type === undefined) return fail(`has ${what} without a type`);
  const metadata = readMetadata(group.get("metadata"), what, options);
  if (type === "NIRGraph") {
    const graph: NirGraph = { type, ...readGraph(group, what, options), ...metadata };
    checkGraph(graph, fail);
    return graph;
  }
  if (!Object.hasOwn(fieldsOf, type)) {
    fail(`has ${what} of type ${quoted(type)}, expected ${Object.keys(fieldsOf).join(", ")}`);
  }
  const fields = fieldsOf[type as keyof typeof fieldsOf];
  const entries = Object.entries(fields).flatMap(([name, { kind }]) => {
    const found = group.get(nameInFile(name));
    return found === undefined ? [] : [[name, readField(found, kind, options)]];
  });
  return { type, ...Object.fromEntries(entries), ...metadata } as NirNode;
}

function readGraph(
  group: Group,
  what: string,
  options: ReadOptions,
): Pick<NirGraph, "nodes" | "edges"> {
  const [members, pairs] = [group.get("nodes"), group.get("edges")];
  if (!(members instanceof Map)) return fail(`has ${what} without nodes`);
  // Without a prototype, so that a node may have any name.
  const nodes: Record<string, NirNode> = Object.create(null);
  for (const [name, node] of members) {
    if (!(node instanceof Map)) return fail(`has the node ${quoted(name)}, which is no group`);
    nodes[name] = readNode(node, `the node ${quoted(name)}`, options);
  }
  const edges: [string, string][] = [];
  if (pairs !== undefined && !(pairs instanceof Map) && pairs.values.length > 0) {
    const { shape, values } = pairs;
    if (values instanceof Float32Array || shape.length !== 2 || shape[1] !== 2) {
      return fail(`has ${what} with edges that are no pairs of names`);
    }
    for (let i = 0; i < values.length; i += 2) edges.push([values[i], values[i + 1]]);
  }
  return { nodes, edges };
}

function readText(found: Group | Dataset | undefined): string | undefined {
  if (found === undefined || found instanceof Map || found.shape.length > 0) return undefined;
  const [value] = found.values;
  return typeof value === "string" ? value : undefined;
}

/** What a field holds; whether it is what it must be, `checkGraph` says. */
function readField(
  found: Group | Dataset,
  kind: Field["kind"],
  options: ReadOptions,
): Tensor | number[] | number | string {
  if (found instanceof Map) return "a group";
  const { values, shape } = found;
  if (!(values instanceof Float32Array)) return "a text";
  if (kind === "tensor") return tensor(values, shape, options);
  if (kind === "integer" && shape.length === 0) return values[0];
  return shape.length > 1 ? "a table" : [...values];
}

function readMetadata(
  found: Group | Dataset | undefined,
  what: string,
  options: ReadOptions,
): { metadata?: NirMetadata } {
  if (found === undefined) return {};
  if (!(found instanceof Map)) return fail(`has ${what} with metadata that is no group`);
  const metadata: Record<string, string | number | Tensor> = Object.create(null);
  for (const [name, value] of found) {
    if (value instanceof Map) return fail(`has ${what} with metadata ${quoted(name)}, a group`);
    const { shape, values } = value;
    if (shape.length === 0) metadata[name] = values[0];
    else if (values instanceof Float32Array) metadata[name] = tensor(values, shape, options);
    else return fail(`has ${what} with metadata ${quoted(name)}, a list of texts`);
  }
  return { metadata };
}
