import { describe, describeOption, fail } from "@spikeloop/errors";
import { Tensor } from "@spikeloop/tensor";
import { type NewDataset, type NewGroup, writeHdf5 } from "../hdf5/write_hdf5.ts";
import type { Fail } from "../reading.ts";
import { checkGraph } from "./check_graph.ts";
import { fieldsOf, nameInFile, type NirGraph, type NirMetadata, type NirNode } from "./nodes.ts";

/** The version of the Python package that writes such files. */
const version = "1.0.8";

const failGraph: Fail = (problem) => fail("write the NIR file", `the graph ${problem}`);

/**
 * Writes a graph in the Neuromorphic Intermediate Representation, as a file that `nir.read` of the
 * Python package reads. Tensors are stored as float32, extents as 64-bit integers.
 *
 * @param graph Its tensors must be on the CPU. To write tensors of a device, copy them first:
 * `tensor(await x.data(), x.shape)`.
 * @throws {TypeError} if a node is of an unknown type, lacks a field or has one that does not fit,
 * or an edge leads from or to a node that is not there.
 *
 * @example
 * ```ts
 * import { readNir, writeNir } from "@spikeloop/interchange";
 * import { full } from "@spikeloop/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const x = (value: number) => full([4], value);
 * const file = writeNir({
 *   type: "NIRGraph",
 *   nodes: {
 *     input: { type: "Input", shape: [4] },
 *     lif: { type: "LIF", tau: x(0.02), r: x(1), vLeak: x(0), vThreshold: x(1), vReset: x(0) },
 *     output: { type: "Output", shape: [4] },
 *   },
 *   edges: [["input", "lif"], ["lif", "output"]],
 * });
 * assertEquals(readNir(file).nodes.lif.type, "LIF");
 * ```
 */
export function writeNir(graph: NirGraph): Uint8Array<ArrayBuffer> {
  if (graph?.type !== "NIRGraph") {
    failGraph(`has the type ${describeOption(graph?.type)}, expected NIRGraph`);
  }
  const root: NewGroup = new Map();
  root.set("version", text(version));
  root.set("node", makeNode(graph, "it"));
  return writeHdf5(root);
}

const text = (value: string): NewDataset => ({ shape: [], values: [value] });
const numbers = (x: Tensor): NewDataset => ({ shape: x.shape, values: x.dataSync() });

function makeNode(node: NirNode, name: string): NewGroup {
  const group: NewGroup = new Map();
  group.set("type", text(node.type));
  if (node.metadata !== undefined && Object.keys(node.metadata).length > 0) {
    group.set("metadata", makeMetadata(node.metadata, name));
  }
  if (node.type === "NIRGraph") return makeGraph(node, group);
  const values = new Map<string, Tensor | readonly number[] | number>(Object.entries(node));
  for (const field of Object.keys(fieldsOf[node.type])) {
    const value = values.get(field);
    if (value !== undefined) group.set(nameInFile(field), makeDataset(value));
  }
  return group;
}

function makeDataset(value: Tensor | readonly number[] | number): NewDataset {
  if (value instanceof Tensor) return numbers(value);
  if (typeof value === "number") return { shape: [], values: [value] };
  return { shape: [value.length], values: value };
}

function makeGraph(graph: NirGraph, group: NewGroup): NewGroup {
  checkGraph(graph, failGraph);
  const nodes: NewGroup = new Map();
  for (const [name, node] of Object.entries(graph.nodes)) {
    if (/[/\0]|^\.?$/.test(name)) failGraph(`has a node with the name ${JSON.stringify(name)}`);
    nodes.set(name, makeNode(node, name));
  }
  group.set("nodes", nodes);
  group.set("edges", { shape: [graph.edges.length, 2], values: graph.edges.flat() });
  return group;
}

function makeMetadata(metadata: NirMetadata, name: string): NewGroup {
  const group: NewGroup = new Map();
  for (const [key, value] of Object.entries(metadata)) {
    if (typeof value === "string") group.set(key, text(value));
    else if (typeof value === "number") {
      group.set(key, { shape: [], values: Float32Array.of(value) });
    } else if (value instanceof Tensor) group.set(key, numbers(value));
    else failGraph(`has the metadata "${key}" of the node "${name}", which is ${describe(value)}`);
  }
  return group;
}
