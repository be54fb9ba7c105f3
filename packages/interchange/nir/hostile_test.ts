// Files that ask for far more than they hold, and files whose parts hold themselves.
import { deflateSync } from "node:zlib";
import { assertEquals, assertLess, assertStrictEquals, assertThrows } from "@std/assert";
import { readNir } from "../mod.ts";
import { ascii, u16, u32, u64 } from "../hdf5/encode.ts";
import {
  bytesType,
  chunked,
  contiguous,
  dataset,
  filters,
  floatType,
  Hdf5File,
  heapTextType,
  join,
  type Message,
  textType,
} from "../testing/hdf5_file.ts";
import { type Hostile, testHostile } from "../testing/hostile.ts";

/** The key of a chunk: its size in the file, no skipped filters, and its first element. */
const chunkKey = (
  size: number,
  ...start: number[]
) => [...u32(size), ...u32(0), ...[...start, 0].flatMap(u64)];

/** The messages of bytes that are all 0, in one packed chunk. */
function zeros(file: Hdf5File, shape: readonly number[], type = bytesType, width = 1): Message[] {
  const packed = deflateSync(new Uint8Array(shape.reduce((n, extent) => n * extent, width)));
  const tree = file.tree(1, 0, [[
    chunkKey(packed.length, ...shape.map(() => 0)),
    file.append(packed),
  ]]);
  return [...dataset(shape, type, chunked(tree, [...shape, width])), filters(1)];
}

/** A graph of a single node of this type with this field. */
function single(
  type: string,
  field: string,
  make: (file: Hdf5File) => number,
): Uint8Array<ArrayBuffer> {
  const file = new Hdf5File();
  return file.graph([["a", file.group([["type", file.text(type)], [field, make(file)]])]]);
}

/** A graph of so many nodes, each with a header of its own for the same data. */
function manyHeaders(count: number, make: (file: Hdf5File) => readonly Message[]) {
  const file = new Hdf5File();
  const messages = make(file);
  const type = file.text("Linear");
  return file.graph(Array.from({ length: count }, (_, i) => [
    `n${i}`,
    file.group([["type", type], ["weight", file.header(messages)]]),
  ]));
}

/** A graph without nodes, with these edges. */
function edgesOf(make: (file: Hdf5File) => number): Uint8Array<ArrayBuffer> {
  const file = new Hdf5File();
  const [type, nodes, edges] = [file.text("NIRGraph"), file.group([]), make(file)];
  return file.finish(file.group([["type", type], ["nodes", nodes], ["edges", edges]]));
}

/** A graph whose edges are texts of a heap, all the same one. */
function longTexts(): Uint8Array {
  return edgesOf((file) => {
    const size = 400_000;
    const text = new Uint8Array(size).fill(98);
    const head = [...ascii("GCOL"), 1, 0, 0, 0, ...u64(size + 64), 1, 0, 1, 0, 0, 0, 0, 0];
    const heap = file.append(join([head, u64(size), text, new Uint8Array(32)]));
    const element = [...u32(size), ...u64(heap), ...u32(1)];
    const elements = join(Array.from({ length: 20_000 }, () => element));
    const layout = contiguous(file.append(elements), elements.length);
    return file.header(dataset([10_000, 2], heapTextType, layout));
  });
}

/** A graph of 800 names for one graph of 800 names for one graph, and so on. */
function fanOut(): Uint8Array {
  const file = new Hdf5File();
  const type = file.text("NIRGraph");
  let graph = file.group([["type", type], ["nodes", file.group([])]]);
  for (let depth = 0; depth < 30; depth++) {
    const inner = graph;
    const nodes = Array.from({ length: 800 }, (_, i) => [`n${i}`, inner] as const);
    graph = file.group([["type", type], ["nodes", file.group(nodes)]]);
  }
  return file.finish(graph);
}

/** An old-style group with this tree and these names. */
function symbols(file: Hdf5File, tree: number, names: Uint8Array): Uint8Array {
  const [size, address] = [u64(names.length), u64(file.append(names))];
  const heap = file.append(join([ascii("HEAP"), [0, 0, 0, 0], size, u64(1), address]));
  return file.finish(file.header([[0x11, [...u64(tree), ...u64(heap)]]]));
}

/** A tree whose node is its own child. */
function treeOfItself(): Uint8Array {
  const file = new Hdf5File();
  const own = file.end;
  return symbols(file, file.tree(0, 3, [[u64(0), own], [u64(0), own]]), new Uint8Array(8));
}

/** A tree of 15 levels, each with 2,000 names for the same node below. */
function wideTree(): Uint8Array {
  const file = new Hdf5File();
  let tree = file.tree(0, 0, []);
  for (let level = 1; level < 16; level++) {
    const below = tree;
    tree = file.tree(0, level, Array.from({ length: 2000 }, () => [u64(0), below] as const));
  }
  return symbols(file, tree, new Uint8Array(8));
}

/** 10,000 names, each the end of one long name. */
function suffixes(): Uint8Array {
  const file = new Hdf5File();
  const rows = Array.from(
    { length: 10_000 },
    (_, i) => [...u64(i), ...u64(96), ...new Uint8Array(24)],
  );
  const table = file.append(join([ascii("SNOD"), [1, 0], u16(rows.length), ...rows]));
  const names = new Uint8Array(500_000).fill(97);
  names[names.length - 1] = 0;
  return symbols(file, file.tree(0, 0, [[u64(0), table]]), names);
}

/** 25,000 chunks at one address of the file, whose stream brings tables of its own. */
function tables(): Uint8Array {
  return single("Linear", "weight", (file) => {
    const data = Uint8Array.from(
      { length: 4096 },
      (_, i) => Math.clz32(i * 0x9e3779b1) * 7 + i % 5,
    );
    const packed = deflateSync(data);
    const at = file.append(packed);
    const count = 25_000;
    const chunks = Array.from(
      { length: count },
      (_, i) => [chunkKey(packed.length, i * 4096), at] as const,
    );
    const layout = chunked(file.tree(1, 0, chunks), [4096, 1]);
    return file.header([...dataset([count * 4096], bytesType, layout), filters(1)]);
  });
}

/** 12,000 chunks of a byte at one address of the file, whose stream has 90,000 empty blocks. */
function emptyBlocks(): Uint8Array {
  return single("Linear", "weight", (file) => {
    const empty = Uint8Array.from({ length: 450_000 }, (_, i) => [0, 0, 0, 255, 255][i % 5]);
    const packed = join([[0x78, 0x9c], empty, deflateSync(new Uint8Array(1)).subarray(2)]);
    const at = file.append(packed);
    const count = 12_000;
    const chunks = Array.from(
      { length: count },
      (_, i) => [chunkKey(packed.length, i), at] as const,
    );
    const layout = chunked(file.tree(1, 0, chunks), [1, 1]);
    return file.header([...dataset([count], bytesType, layout), filters(1)]);
  });
}

/** Metadata whose 300 names all lead back to them. */
function metadataOfThemselves(): Uint8Array {
  const file = new Hdf5File();
  const own = file.end;
  file.group(Array.from({ length: 300 }, (_, i) => [`m${i}`, own]));
  const shape = file.header(zeros(file, [1]));
  return file.graph([[
    "a",
    file.group([["type", file.text("Input")], ["shape", shape], [
      "metadata",
      own,
    ]]),
  ]]);
}

/** A type of 50,000 enumerations of each other. */
function enumerations(): Uint8Array {
  return single("Linear", "weight", (file) => {
    const nested = join(Array.from({ length: 8000 }, () => [0x18, 0, 0, 0, 1, 0, 0, 0]));
    return file.header(dataset([1], [0x03, nested], contiguous(96, 1)));
  });
}

/** A header whose continuation is itself. */
function continuations(): Uint8Array {
  const file = new Hdf5File();
  const own: Message = [0x10, [...u64(file.end + 16), ...u64(24_000)]];
  return file.finish(file.header(Array.from({ length: 40_000 }, () => own)));
}

const maxBytes = "allow more with the option maxBytes";
const hostile: Hostile[] = [
  [
    "an Input of 33 million axes in 33 kB",
    single("Input", "shape", (file) => file.header(zeros(file, [2 ** 25]))),
    maxBytes,
  ],
  [
    "a weight of 33 million numbers in 33 kB",
    single("Linear", "weight", (file) => file.header(zeros(file, [2 ** 25]))),
    maxBytes,
  ],
  [
    "a weight of 2,000 MB in 2 MB",
    manyHeaders(2000, (file) => zeros(file, [2 ** 20])),
    maxBytes,
  ],
  [
    "2,000 weights at one address of the file",
    manyHeaders(2000, (file) => {
      const at = file.append(new Uint8Array(400_000));
      return dataset([100_000], floatType, contiguous(at, 400_000));
    }),
    maxBytes,
  ],
  [
    "a million texts in 2 kB",
    edgesOf((file) => file.header(zeros(file, [2 ** 19, 2], textType(1)))),
    maxBytes,
  ],
  ["20,000 long texts that are one", longTexts(), maxBytes],
  ["names of names of names", fanOut(), maxBytes],
  ["a tree that holds itself", treeOfItself(), "level 3 is not below 3"],
  ["a tree of the same nodes", wideTree(), maxBytes],
  ["names that are ends of each other", suffixes(), maxBytes],
  ["chunks that bring their tables", tables(), maxBytes],
  ["chunks that share a stream of empty blocks", emptyBlocks(), maxBytes],
  ["an enumeration of enumerations", enumerations(), "an enumeration of enumerations"],
  ["a header that continues in itself", continuations(), "no group and no dataset"],
  ["metadata that hold themselves", metadataOfThemselves(), "nests metadata deeper than 100"],
];
testHostile(readNir, hostile);

Deno.test("the option maxBytes opens a file that expands far, and refuses one that fits", () => {
  const file = single("Linear", "weight", (file) => file.header(zeros(file, [2 ** 23])));
  assertLess(file.length, 20_000);
  assertThrows(() => readNir(file), SyntaxError, maxBytes);
  const { a } = readNir(file, { maxBytes: 2 ** 28 }).nodes;
  assertEquals(a.type === "Linear" && a.weight.size, 2 ** 23);
  const small = single("Linear", "weight", (file) => file.header(zeros(file, [8])));
  assertEquals(readNir(small).nodes.a.type, "Linear");
  assertThrows(() => readNir(small, { maxBytes: 100 }), SyntaxError, "more than 100 bytes");
});

Deno.test("chunks of 32 axes, all but two of extent 1, are joined", () => {
  const file = single("Linear", "weight", (file) => {
    const ones = new Array<number>(30).fill(1);
    const start = new Array<number>(30).fill(0);
    const chunks = [0, 100].map((first, i) => {
      const packed = deflateSync(Uint8Array.from({ length: 50 }, (_, row) => first + row));
      return [chunkKey(packed.length, 0, ...start, i), file.append(packed)] as const;
    });
    const layout = chunked(file.tree(1, 0, chunks), [50, ...ones, 1, 1]);
    return file.header([...dataset([50, ...ones, 2], bytesType, layout), filters(1)]);
  });
  const { a } = readNir(file).nodes;
  if (a.type !== "Linear") throw new Error(a.type);
  assertEquals(a.weight.shape.length, 32);
  assertEquals(
    [...a.weight.dataSync()],
    Array.from({ length: 100 }, (_, i) => 100 * (i % 2) + (i >> 1)),
  );
});

Deno.test("a dataset of many names is decoded once", () => {
  const file = new Hdf5File();
  const at = file.append(new Uint8Array(400_000));
  const weight = file.header(dataset([100, 1000], floatType, contiguous(at, 400_000)));
  const type = file.text("Linear");
  const nodes = Array.from(
    { length: 3000 },
    (_, i) => [`n${i}`, file.group([["type", type], ["weight", weight]])] as const,
  );
  const graph = readNir(file.graph(nodes)); // 1.2 GB if each node had its own
  const [first, last] = [graph.nodes.n0, graph.nodes.n2999].map((node) =>
    node.type === "Linear" ? node.weight : undefined
  );
  assertStrictEquals(first, last);
});
