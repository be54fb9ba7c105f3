import { assertEquals, assertThrows } from "@std/assert";
import { ones, Tensor, tensor, zeros } from "@spikeloop/tensor";
import {
  type NirGraph,
  type NirNode,
  readNir,
  readSafetensors,
  readTorch,
  writeNir,
  writeSafetensors,
} from "../mod.ts";
import { type Hostile, testDamaged, testHostile } from "../testing/hostile.ts";
import { nameInFile } from "./nodes.ts";
import golden from "../testdata/nir.json" with { type: "json" };

const open = (name: string) =>
  Deno.readFileSync(new URL(`../testdata/nir_${name}.nir`, import.meta.url));

/** A graph as `to_dict` of the Python package returns it. */
function toDict(value: unknown): unknown {
  if (value instanceof Tensor) return { shape: value.shape, data: [...value.dataSync()] };
  if (Array.isArray(value)) return value.map(toDict);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, part]) => [nameInFile(name), toDict(part)]),
  );
}

/** The same of a graph from Python: float32 numbers, extents as lists, no empty metadata. */
function expected(value: unknown, name = ""): unknown {
  if (Array.isArray(value)) return value.map((part) => expected(part));
  if (typeof value !== "object" || value === null) return value;
  const record = value as Record<string, unknown>;
  if (Array.isArray(record.data)) {
    return name === "shape" || name === "input_type" ? record.data : {
      shape: record.shape,
      data: record.data.map(Math.fround),
    };
  }
  const parts = Object.entries(record).filter(([name, part]) =>
    name !== "metadata" || Object.keys(part as object).length > 0
  );
  return Object.fromEntries(parts.map(([name, part]) => [name, expected(part, name)]));
}

for (const name of ["net", "kinds", "packed"] as const) {
  Deno.test(`the graph "${name}", which nir ${golden.nir} wrote, is read, and survives a round trip`, () => {
    const graph = readNir(open(name));
    assertEquals(toDict(graph), expected(golden[name]));
    assertEquals(toDict(readNir(writeNir(graph))), expected(golden[name]));
  });
}

Deno.test("writeNir() writes the bytes of a file that nir 1.0.8 and h5py 3.16 have read", () => {
  const bytes = Deno.readFileSync(new URL("../testdata/nir_written.nir", import.meta.url));
  assertEquals(writeNir(readNir(open("net"))), bytes);
});

Deno.test("any names, metadata, and graphs in graphs survive a round trip", () => {
  const inner: NirGraph = {
    type: "NIRGraph",
    nodes: {
      __proto__x: { type: "Input", shape: [] },
      "ü": { type: "Linear", weight: ones([0, 2]) },
    },
    edges: [["ü", "ü"]],
    metadata: { text: "µ", number: 0.5, tensor: ones([2]) },
  };
  const nodes = Object.fromEntries([["__proto__", inner], ["10", inner]]);
  const graph = readNir(writeNir({ type: "NIRGraph", nodes, edges: [] }));
  assertEquals(Object.keys(graph.nodes).sort(), ["10", "__proto__"]);
  assertEquals(toDict(graph.nodes.__proto__), toDict(inner));
});

Deno.test("a graph of many nodes survives a round trip", () => {
  const names = Array.from({ length: 3000 }, (_, i) => `n${i}`);
  const nodes = Object.fromEntries(
    names.map((name, i) => [name, { type: "Linear", weight: ones([1, i % 3]) } as const]),
  );
  const edges = names.map((name, i) => [name, names[(i * 7 + 1) % 3000]] as const);
  const graph = readNir(writeNir({ type: "NIRGraph", nodes, edges }));
  assertEquals(graph.edges, edges);
  assertEquals(Object.keys(graph.nodes).length, 3000);
});

/** Whether a graph has so many nodes and edges after a round trip. */
function assertRoundTrip(graph: NirGraph): void {
  const back = readNir(writeNir(graph));
  assertEquals(Object.keys(back.nodes).toSorted(), Object.keys(graph.nodes).toSorted());
  assertEquals(back.edges, graph.edges);
}
const scale = { type: "Scale", scale: ones([1]) } as const;
const many = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [`n${i}`, scale]));

Deno.test("writeNir() loses no node and no edge, however many there are", () => {
  const graph = (nodes: NirGraph["nodes"], edges: NirGraph["edges"] = []) =>
    assertRoundTrip({ type: "NIRGraph", nodes, edges });
  // Around the sizes of tables (8), of nodes of the tree (256, 8192), and 16 bits.
  for (const count of [0, 1, 1000, 1001, 1009, 8193]) graph(many(count));
  graph(many(70_000));
  graph({ a: scale }, Array.from({ length: 130_000 }, () => ["a", "a"] as const));
  graph({ ["x".repeat(65_536)]: scale, ["é".repeat(40_000)]: scale, y: scale });
  const odd = ["\u{10000}", "\uffff", "a", "a ", "a\n", "..", "A", "é", "e\u0301"];
  graph({ ...many(1001), ...Object.fromEntries(odd.map((name) => [name, scale])) });
});

Deno.test("a group of many nodes is a B-tree that HDF5 1.14 has read", () => {
  // h5py 3.16 has read all 70,000 nodes of such a file, and 65,536 letters of a name.
  const bytes = writeNir({ type: "NIRGraph", nodes: many(2500), edges: [] });
  const letters = new TextDecoder("latin1").decode(bytes);
  const count = (signature: string) => letters.split(signature).length - 1;
  assertEquals([count("SNOD"), count("TREE"), count("HEAP")], [313, 10 + 1, 1]);
});

Deno.test("graphs nest up to 100 levels, written and read; one more is refused by name", () => {
  const nest = (levels: number) => {
    let graph: NirGraph = { type: "NIRGraph", nodes: { scale }, edges: [] };
    for (let i = 1; i < levels; i++) graph = { type: "NIRGraph", nodes: { graph }, edges: [] };
    return graph;
  };
  for (const levels of [40, 100]) {
    let node: NirNode = readNir(writeNir(nest(levels)));
    let depth = 0;
    for (; node.type === "NIRGraph"; depth++) node = node.nodes.graph ?? node.nodes.scale;
    assertEquals(depth, levels);
  }
  const refuse = (graph: NirGraph) =>
    assertThrows(
      () => writeNir(graph),
      RangeError,
      "Cannot write the NIR file: its graphs nest deeper than 100 levels",
    );
  refuse(nest(101));
  refuse(nest(20_000));
  const endless: { type: "NIRGraph"; nodes: Record<string, NirNode>; edges: [] } = {
    ...{ type: "NIRGraph", nodes: {}, edges: [] },
  };
  endless.nodes.own = endless;
  refuse(endless);
});

Deno.test("extents are exact integers, and a tensor has at most the axes that HDF5 knows", () => {
  const shape = [2 ** 24 + 1, 2 ** 53 - 1, 0];
  const { a } = readNir(file({ a: { type: "Input", shape } })).nodes;
  assertEquals(a.type === "Input" && a.shape, shape);
  const flatten = { type: "Flatten", startDim: 2 ** 40, endDim: -(2 ** 40) };
  assertEquals(readNir(file({ a: flatten })).nodes.a, flatten as NirNode);
  const axes = (count: number) => ones(new Array(count).fill(1));
  const weight = (count: number) => file({ a: { type: "Linear", weight: axes(count) } });
  assertEquals(toDict(readNir(weight(32)).nodes.a), {
    ...{ type: "Linear", weight: { shape: new Array(32).fill(1), data: [1] } },
  });
  assertThrows(() => weight(33), RangeError, 'the node "a", whose weight has 33 axes');
});

Deno.test("writeNir() refuses a wrong graph and names the fault", () => {
  const refuse = (problem: string, nodes: unknown, edges: unknown = []) =>
    assertThrows(
      () => writeNir({ type: "NIRGraph", nodes, edges } as NirGraph),
      TypeError,
      problem,
    );
  const lif = {
    type: "LIF",
    tau: ones([2]),
    r: ones([2]),
    vLeak: ones([2]),
    vThreshold: ones([2]),
  };
  refuse('the node "a" of type "Conv"', { a: { type: "Conv" } });
  refuse('the node "a", whose weight is missing, expected a tensor', { a: { type: "Linear" } });
  refuse("weight is an array", { a: { type: "Linear", weight: [[1]] } });
  refuse("shape is an array, expected a list of integers of at least 0", {
    a: { type: "Input", shape: [-1] },
  });
  refuse("startDim is 0.5, expected an integer", {
    a: { type: "Flatten", startDim: 0.5, endDim: 1 },
  });
  refuse("whose tau [2] and vThreshold [3] differ", { a: { ...lif, vThreshold: ones([3]) } });
  refuse('from "a" to "b", but no node "b"', { a: lif }, [["a", "b"]]);
  refuse('the name "a/b"', { "a/b": lif });
  refuse('the node "a" of type "undefined"', { a: 5 });
  refuse("nodes undefined", undefined);
  refuse("edges", { a: lif }, "aa");
  refuse("edges", { a: lif }, [["a"]]);
  refuse("edges", { a: lif }, new Array(1));
  refuse("edges", { a: lif }, [["a", , "a"].slice(0, 2)]);
  refuse("edges", { 1: lif }, [[1, 1]]);
  refuse("shape is an array, expected a list", { a: { type: "Input", shape: new Array(2) } });
  refuse("nodes a Map", new Map([["a", lif]]));
  refuse("nodes an array", [lif]);
  refuse('the name "a\\u0000"', { "a\0": lif });
  refuse('the name "\\ud800"', { "\ud800": lif });
  refuse("the metadata", { a: { ...lif, metadata: { x: true } } });
  assertThrows(() => writeNir({ type: "LIF" } as unknown as NirGraph), TypeError, 'type "LIF"');
});

/** A file of nodes that need not be right. */
const file = (nodes: Record<string, unknown>, edges: [string, string][] = []) =>
  writeNir({ type: "NIRGraph", nodes: nodes as Record<string, NirNode>, edges });
/** A file in which one text stands in the place of another, as long one. */
function replaceText(bytes: Uint8Array, from: string, to: string): Uint8Array {
  const [oldBytes, newBytes] = [from, to].map((text) => new TextEncoder().encode(text));
  const out = bytes.slice();
  for (let at = 0; at + oldBytes.length <= out.length; at++) {
    if (oldBytes.every((byte, i) => out[at + i] === byte)) out.set(newBytes, at);
  }
  return out;
}
const net = open("net");
const linear = file({ a: { type: "Linear", weight: ones([2, 2]) } });
const edge = file({ a: { type: "I", r: ones([1]) } }, [["a", "a"]]);
const set = (bytes: Uint8Array, at: number, ...to: number[]) => {
  const out = bytes.slice();
  out.set(to, at);
  return out;
};
/** The offset of a byte pattern. */
const find = (bytes: Uint8Array, ...pattern: number[]) =>
  bytes.findIndex((_, at) => pattern.every((byte, i) => bytes[at + i] === byte));
const layoutAt = find(linear, 8, 0, 24, 0, 0, 0, 0, 0, 3, 1) + 8;
const packed = open("packed");

const hostile: Hostile[] = [
  ["nothing", new Uint8Array(0), "does not begin as an HDF5 file"],
  ["something else", new TextEncoder().encode("no HDF5 at all"), "does not begin"],
  ["a newer superblock", set(linear, 8, 2), "superblock of version 2, expected 0 or 1"],
  ["short addresses", set(linear, 13, 4), "addresses of other than 8 bytes"],
  ["a file in a file", set(linear, 24, 1), "does not begin at byte 0"],
  ["a root beyond the end", set(linear, 64, 0, 0, 0, 1), "is cut off"],
  ["an object header of another version", set(linear, 64, 0, 0), "object header at byte 0 of"],
  ["a file that is cut off", net.subarray(0, 9000), "is cut off"],
  ["no node", replaceText(linear, "node", "nope"), 'no group "node"'],
  ["an unknown type", replaceText(linear, "Linear", "Bilinr"), 'of type "Bilinr", expected Input,'],
  ["a type of the prototype", replaceText(linear, "Linear", "__prot"), "of type"],
  [
    "a missing field",
    replaceText(linear, "weight", "heavy!"),
    'the node "a", whose weight is missing, expected a tensor',
  ],
  ["a missing type", replaceText(linear, "type", "tipe"), "without a type"],
  ["missing nodes", replaceText(edge, "nodes", "knots"), "without nodes"],
  ["a layout of another version", set(linear, layoutAt, 4), "layout of version 4, expected 3"],
  ["an unknown layout", set(linear, layoutAt + 1, 3), "unknown layout 3"],
  ["data beyond the end", set(linear, layoutAt + 2, 0, 255), "is cut off"],
  ["data of another size", set(linear, layoutAt + 10, 15), "holds data of length 15"],
  [
    "another packing",
    set(packed, find(packed, 1, 0, 8, 0, 1, 0, 1, 0, 100, 101, 102), 4),
    "packed by filter 4, expected 1 (gzip) or 2",
  ],
  ["a shape beyond all memory", hugeShape(), "allow more with the option maxBytes"],
  ["an extent that is no exact number", hugeExtent(), "a shape with the extent 184467440737"],
  ["a graph that holds itself", loop(), "nests graphs deeper than 100"],
];

/** The weight claims no columns, and rows beyond all exact integers. */
function hugeExtent(): Uint8Array {
  const rows = find(linear, 1, 2, 0, 0, 0, 0, 0, 0, 2) + 8;
  return set(linear, rows, ...new Array(8).fill(255), 0);
}

/** The weight claims 2⁵⁶ rows. */
function hugeShape(): Uint8Array {
  const rows = find(linear, 1, 2, 0, 0, 0, 0, 0, 0, 2) + 8;
  return set(linear, rows + 7, 1);
}

/** The link to the node "a", a graph, leads to the graph that holds it. */
function loop(): Uint8Array {
  const bytes = file({ a: { type: "NIRGraph", nodes: {}, edges: [] } });
  const link = (...name: number[]) => find(bytes, 1, 0x11, 1, name.length, 0, ...name) + 5;
  const view = new DataView(bytes.buffer);
  const outer = view.getBigUint64(link(110, 111, 100, 101) + 4, true); // "node"
  view.setBigUint64(link(97) + 1, outer, true);
  return bytes;
}

testHostile(readNir, hostile);

Deno.test("parts of HDF5 that are not read are named, with the way out", () => {
  // h5py 3.16: create_dataset(shape, fillvalue=3), File(track_order=True), File(userblock_size=512)
  const refuse = (name: string, problem: string) =>
    assertThrows(() => readNir(open(name)), SyntaxError, problem);
  refuse("unwritten", 'the node "l", whose weight holds a dataset whose data was never written');
  refuse("unwritten", "only its fill value is there");
  refuse("track_order", "in the newer format of HDF5, as h5py writes it with track_order=True");
  refuse("user_block", "begins with 512 bytes before its HDF5 file, a user block");
});

Deno.test("a file of another format is told by its name", () => {
  const expectHint = (read: (bytes: Uint8Array) => unknown, bytes: Uint8Array, reader: string) =>
    assertThrows(() => read(bytes), SyntaxError, `${reader} reads those`);
  const torch = (name: string) =>
    Deno.readFileSync(new URL(`../testdata/torch_kinds${name}.pt`, import.meta.url));
  const safetensors = writeSafetensors({ x: ones([1]) });
  expectHint(readNir, torch(""), "readTorch");
  expectHint(readSafetensors, torch(""), "readTorch");
  expectHint(readSafetensors, torch("_legacy"), "readTorch");
  expectHint(readSafetensors, net, "readNir");
  expectHint(readTorch, net, "readNir");
  expectHint(readTorch, safetensors, "readSafetensors");
  expectHint(readNir, safetensors, "readSafetensors");
});

testDamaged(readNir, "file of ours", edge);
testDamaged(readNir, "file of nir", net, { stride: 61 });
testDamaged(readNir, "packed file of nir", packed, { stride: 151, refused: 10 });

Deno.test("tensors of graphs may be any that are on the CPU", () => {
  const graph = readNir(
    file({
      s: { type: "Scale", scale: tensor(2) },
      t: { type: "Threshold", threshold: zeros([2, 3]) },
    }),
  );
  assertEquals(toDict(graph.nodes.s), { type: "Scale", scale: { shape: [], data: [2] } });
});
