import { type Tensor, tensor } from "@spikeloop/tensor";
import { type Budget, objectBytes } from "../budget.ts";
import type { Dataset } from "../hdf5/dataset.ts";
import { findUserBlock, type Group, isGroup, isHdf5, readHdf5 } from "../hdf5/read_hdf5.ts";
import { setOrLeaveOut } from "../leave_out.ts";
import {
  type Fail,
  failReading,
  hintAt,
  quote,
  type ReadOptions,
  startReading,
} from "../reading.ts";
import { checkGraph, unknownType } from "./check_graph.ts";
import {
  type Field,
  fieldsOf,
  maxDepth,
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
 * model of this library. Time and memory are bounded by the size of the file; the option `maxBytes`
 * raises the bound. Metadata that is no {@linkcode NirMetadata} is left out: asking for it throws
 * the reason. Checksums of packed data (Adler-32, Fletcher-32) are checked.
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
  const { budget, options: creation } = startReading("a NIR file", bytes, options);
  if (!isHdf5(bytes)) {
    const block = findUserBlock(bytes);
    if (block > 0) {
      fail(
        `begins with ${block} bytes before its HDF5 file, a user block, which is not read: write ` +
          "the file without userblock_size",
      );
    }
    fail(`does not begin as an HDF5 file${hintAt(bytes)}`);
  }
  const file = readHdf5(bytes, fail, budget);
  readText(file.get("version")); // any version is read, but it must be sound
  const root = file.get("node");
  if (root === undefined || !isGroup(root)) return fail('holds no group "node"');
  const tensors = new Map<Dataset, Tensor>();
  const graph = readNode(root, "the graph", 0, {
    spend: budget.spend,
    tensorOf(dataset, refuse) {
      const numbers = tensors.get(dataset) ?? tensorOf(dataset, refuse);
      tensors.set(dataset, numbers);
      return numbers;
    },
  });
  return graph.type === "NIRGraph"
    ? graph
    : fail(`holds a single ${graph.type}, expected a NIRGraph`);

  function tensorOf(dataset: Dataset, refuse: Fail | undefined): Tensor {
    const numbers = dataset.floats(refuse);
    budget.spend(4 * numbers.length + 8 * objectBytes);
    return tensor(numbers, dataset.shape, creation);
  }
}

/** The parts of a call that all nodes share. */
interface Call {
  readonly spend: Budget["spend"];
  /** The tensor of a dataset, which is decoded once. */
  tensorOf(dataset: Dataset, refuse?: Fail): Tensor;
}

function readNode(group: Group, title: string, depth: number, call: Call): NirNode {
  call.spend(32 * objectBytes);
  const type = readText(group.get("type"));
  if (type === undefined) return fail(`has ${title} without a type`);
  const fields = type === "NIRGraph"
    ? readGraph(group, title, depth, call)
    : readFields(group, type, title, call);
  const node = { type, ...fields } as NirNode;
  const metadata = group.get("metadata");
  if (metadata === undefined) return node;
  const parts: Record<string, unknown> = { ...node };
  setOrLeaveOut(parts, "metadata", fail, (refuse) => {
    if (isGroup(metadata)) return readMetadata(metadata, title, [], call);
    return refuse(`has ${title} with metadata that is no group`);
  });
  return parts as unknown as NirNode;
}

function readFields(
  group: Group,
  type: string,
  title: string,
  call: Call,
): Record<string, ReturnType<typeof readField>> {
  if (!Object.hasOwn(fieldsOf, type)) fail(`has ${title} of type ${unknownType(type)}`);
  const values: Record<string, ReturnType<typeof readField>> = {};
  for (const [name, { kind }] of Object.entries(fieldsOf[type as keyof typeof fieldsOf])) {
    const member = group.get(nameInFile(name));
    const refuse: Fail = (problem) => fail(`has ${title}, whose ${name} ${problem}`);
    if (member !== undefined) values[name] = readField(member, kind, call, refuse);
  }
  return values;
}

function readGraph(
  group: Group,
  title: string,
  depth: number,
  call: Call,
): Pick<NirGraph, "nodes" | "edges"> {
  if (depth >= maxDepth) fail(`nests graphs deeper than ${maxDepth} levels`);
  const [members, pairs] = [group.get("nodes"), group.get("edges")];
  if (members === undefined || !isGroup(members)) return fail(`has ${title} without nodes`);
  // The record has no prototype, so a node may have any name.
  const nodes: Record<string, NirNode> = Object.create(null);
  for (const name of members.names) {
    const node = members.get(name);
    if (node === undefined || !isGroup(node)) {
      return fail(`has the node ${quote(name)}, which is no group`);
    }
    nodes[name] = readNode(node, `the node ${quote(name)}`, depth + 1, call);
  }
  const edges: [string, string][] = [];
  if (pairs !== undefined && !isGroup(pairs) && !pairs.shape.includes(0)) {
    const { shape, kind } = pairs;
    if (kind !== "texts" || shape.length !== 2 || shape[1] !== 2) {
      return fail(`has ${title} with edges that are no pairs of names`);
    }
    const names = pairs.texts();
    call.spend(objectBytes * names.length);
    for (let i = 0; i < names.length; i += 2) edges.push([names[i], names[i + 1]]);
  }
  checkGraph({ type: "NIRGraph", nodes, edges }, fail);
  return { nodes, edges };
}

function readText(member: Group | Dataset | undefined): string | undefined {
  if (member === undefined || isGroup(member)) return undefined;
  return member.kind === "texts" && member.shape.length === 0 ? member.texts()[0] : undefined;
}

/** The value of a field. `checkGraph` checks later whether it is of the right kind. */
function readField(
  member: Group | Dataset,
  kind: Field["kind"],
  { spend, tensorOf }: Call,
  refuse: Fail,
): Tensor | number[] | number | string {
  if (isGroup(member)) return "a group";
  if (member.kind === "texts") return "a text";
  if (kind === "tensor") return tensorOf(member, refuse);
  if (member.shape.length > 1) return "a table";
  const numbers = member.doubles(refuse);
  if (kind === "integer" && member.shape.length === 0) return numbers[0];
  spend(8 * numbers.length);
  return Array.from(numbers);
}

/** @param path The names of the records that the group lies in. */
function readMetadata(
  group: Group,
  title: string,
  path: readonly string[],
  call: Call,
): NirMetadata {
  if (path.length >= maxDepth) fail(`nests metadata deeper than ${maxDepth} levels`);
  call.spend(8 * (group.names.length + path.length) + 16 * objectBytes);
  const metadata: Record<string, NirMetadata[string]> = Object.create(null);
  for (const name of group.names) {
    call.spend(16 * objectBytes);
    setOrLeaveOut(metadata, name, fail, (refuse) => {
      const refuseOwn: Fail = (problem) => {
        const names = [...path, name].map((part) => part.slice(0, 60)).join(".");
        return refuse(`has ${title} with metadata ${quote(names)}, which ${problem}`);
      };
      const member = group.get(name, refuseOwn);
      if (member === undefined) return refuseOwn("is nothing");
      if (isGroup(member)) return readMetadata(member, title, [...path, name], call);
      const { kind, shape } = member;
      if (kind !== "texts") {
        return shape.length === 0 ? member.doubles(refuseOwn)[0] : call.tensorOf(member, refuseOwn);
      }
      if (shape.length > 1) return refuseOwn("is a table of texts");
      const texts = member.texts(refuseOwn);
      return shape.length === 0 ? texts[0] : texts;
    });
  }
  return metadata;
}
