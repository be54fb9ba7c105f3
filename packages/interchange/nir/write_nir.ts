import { describe, describeOption, fail, isRecord } from "@spikeloop/errors";
import { Tensor } from "@spikeloop/tensor";
import { maxRank, type NewDataset, type NewGroup, writeHdf5 } from "../hdf5/write_hdf5.ts";
import { type Fail, quote } from "../reading.ts";
import { checkGraph } from "./check_graph.ts";
import { fieldsOf, maxDepth, nameInFile, type NirGraph, type NirNode } from "./nodes.ts";

/** The version of the Python package that writes such files. */
const version = "1.0.8";

const action = "write the NIR file";
const failGraph: Fail = (problem) => fail(action, `the graph ${problem}`);

/**
 * Writes a graph in the Neuromorphic Intermediate Representation, as a file that `nir.read` of the
 * Python package reads. Tensors are stored as float32, extents as 64-bit integers, and a number of
 * metadata as float32 if that holds it, else as a 64-bit integer or float. A graph has any number
 * of nodes and edges. A group of more than 1,000 nodes is read back in the order of the nodes'
 * names.
 *
 * @param graph Its tensors must be on the CPU. To write tensors of a device, copy them first:
 * `tensor(await x.data(), x.shape)`.
 * @throws {TypeError} if a node is of an unknown type, lacks a field or has one that does not fit,
 * or an edge leads from or to a node that is not there.
 * @throws {RangeError} if graphs or metadata nest deeper than 100 levels, a tensor has more than 32
 * axes, or the file would be larger than the memory.
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
  root.set("node", makeNode(graph, "the whole graph", 0));
  return writeHdf5(root, (problem) => fail(action, `it ${problem}`, RangeError));
}

const text = (value: string): NewDataset => ({ shape: [], values: [value] });

/** Half a surrogate pair has no UTF-8, and HDF5 ends a text at a character 0. */
function checkText(value: string, title: string): string {
  return /[\p{Surrogate}\0]/u.test(value)
    ? failGraph(`has ${title} with the text ${quote(value)}, which HDF5 cannot hold`)
    : value;
}

/** HDF5 separates the names of a path by slashes. */
function checkName(name: string, title: string): string {
  return /[/\p{Surrogate}\0]|^\.?$/u.test(name)
    ? failGraph(`has ${title} with the name ${quote(name)}, which HDF5 cannot hold`)
    : name;
}

/** @param depth How many graphs it lies in. */
function makeNode(node: NirNode, title: string, depth: number): NewGroup {
  const group: NewGroup = new Map();
  group.set("type", text(node.type));
  const metadata: unknown = node.metadata;
  if (metadata !== undefined) {
    if (!isRecord(metadata)) {
      failGraph(`has ${title} with metadata ${describe(metadata)}, expected a record`);
    }
    const members = makeMetadata(metadata, title, []);
    if (members.size > 0) group.set("metadata", members);
  }
  if (node.type === "NIRGraph") return makeGraph(node, group, depth);
  const values = new Map<string, Tensor | readonly number[] | number>(Object.entries(node));
  for (const field of Object.keys(fieldsOf[node.type])) {
    const value = values.get(field);
    if (value === undefined) continue;
    group.set(nameInFile(field), makeDataset(value, `${title}, whose ${field}`));
  }
  return group;
}

function makeDataset(value: Tensor | readonly number[] | number, title: string): NewDataset {
  if (typeof value === "number") return { shape: [], values: [value] };
  if (!(value instanceof Tensor)) return { shape: [value.length], values: value };
  const { shape } = value;
  if (shape.length > maxRank) {
    fail(action, `${title} has ${shape.length} axes, expected at most ${maxRank}`, RangeError);
  }
  return { shape, values: value.dataSync() };
}

function makeGraph(graph: NirGraph, group: NewGroup, depth: number): NewGroup {
  if (depth >= maxDepth) {
    fail(action, `its graphs nest deeper than ${maxDepth} levels`, RangeError);
  }
  checkGraph(graph, failGraph);
  const nodes: NewGroup = new Map();
  for (const [name, node] of Object.entries(graph.nodes)) {
    nodes.set(checkName(name, "a node"), makeNode(node, `the node ${quote(name)}`, depth + 1));
  }
  group.set("nodes", nodes);
  const names: string[] = [];
  for (const [from, to] of graph.edges) names.push(from, to);
  group.set("edges", { shape: [graph.edges.length, 2], values: names });
  return group;
}

/** @param path The names of the records that the metadata lie in. */
function makeMetadata(
  metadata: Readonly<Record<string, unknown>>,
  title: string,
  path: readonly string[],
): NewGroup {
  if (path.length >= maxDepth) {
    fail(action, `its metadata nest deeper than ${maxDepth} levels`, RangeError);
  }
  const group: NewGroup = new Map();
  for (const [name, value] of Object.entries(metadata)) {
    checkName(name, `metadata of ${title}`);
    const inner = [...path, name];
    const member = isRecord(value)
      ? makeMetadata(value, title, inner)
      : makeValue(value, `the metadata ${quote(inner.join("."))} of ${title}`);
    group.set(name, member);
  }
  return group;
}

function makeValue(value: unknown, title: string): NewDataset {
  if (typeof value === "string") return text(checkText(value, title));
  if (typeof value === "number") {
    const small = Float32Array.of(value);
    if (Object.is(small[0], value)) return { shape: [], values: small };
    return { shape: [], values: Number.isSafeInteger(value) ? [value] : Float64Array.of(value) };
  }
  if (value instanceof Tensor) return makeDataset(value, title);
  const texts = Array.isArray(value) ? Array.from<unknown>(value) : undefined;
  if (texts?.every((part) => typeof part === "string")) {
    return { shape: [texts.length], values: texts.map((part) => checkText(part, title)) };
  }
  return failGraph(
    `has ${title}, which is ${describe(value)}, expected a text, a number, a tensor, ` +
      "a list of texts, or a record of those",
  );
}
