import { trials } from "@spikeloop/dev/testing";
import { assertEquals, assertThrows } from "@std/assert";
import { type Hostile, testDamaged, testHostile } from "../testing/hostile.ts";
import {
  ascii,
  bytesOf,
  checkpoint,
  emptyTuple,
  global,
  mark,
  persist,
  rebuilt,
  reduce,
  stop,
  storage,
  tuple,
  vector,
  zip,
} from "../testing/torch_file.ts";
import { readTorch } from "./read_torch.ts";
import kinds from "../testdata/torch_kinds.json" with { type: "json" };

const many = (n: number, ...parts: number[][]) => Array.from({ length: n }, () => parts).flat(2);
const open = (name: string) => Deno.readFileSync(new URL(`../testdata/${name}`, import.meta.url));

const files = [
  "torch_kinds.pt",
  "torch_kinds_deflated.pt",
  "torch_kinds_legacy.pt",
  "torch_kinds_protocol4.pt",
];

for (const name of files) {
  Deno.test(`${name} of PyTorch ${kinds.torch} is read: every type, views, parameters, an optimizer`, () => {
    const { tensors, metadata } = readTorch(open(name));
    const expected: Record<string, { shape: number[]; data: (number | string)[] }> = kinds.tensors;
    assertEquals(Object.keys(tensors), Object.keys(expected));
    for (const [name, { shape, data }] of Object.entries(expected)) {
      assertEquals(tensors[name].shape, shape, name);
      const numbers = data.map((x) => Math.fround(typeof x === "string" ? Infinity : x));
      assertEquals([...tensors[name].dataSync()], numbers, name);
    }
    const plain = Object.entries(metadata).map(([name, value]) =>
      [name, typeof value === "bigint" ? String(value) : value] as const
    );
    assertEquals(Object.fromEntries(plain), {
      ...kinds.metadata,
      "plain.6": Number(kinds.metadata["plain.6"]),
    });
  });
}

Deno.test("a tensor under two names is one tensor", () => {
  const { tensors } = readTorch(open("torch_kinds.pt"));
  assertEquals(tensors["parameters.0"] === tensors["parameters.2"], true);
});

Deno.test("a module and a complex tensor are refused by the name of the object that they need", () => {
  const refuse = (name: string, message: string) =>
    assertThrows(() => readTorch(open(name)), SyntaxError, message);
  refuse("torch_module.pt", '"torch.nn.modules.container.Sequential", which is not allowed');
  refuse("torch_module.pt", "save model.state_dict(), not the model");
  refuse("torch_complex.pt", '"torch.ComplexFloatStorage"');
});

/** Opcodes of values that torch.load(weights_only=True) opens, and the names that are there. */
const neighbours: readonly [name: string, opcodes: readonly number[], metadata: object][] = [
  [
    "Counter",
    bytesOf(
      global("collections", "Counter"),
      bytesOf([0x7d], 3, 1, [0x73, 0x85], reduce),
    ),
    { "x.3": 1 },
  ],
  [
    "OrderedDict of pairs",
    bytesOf(
      global("collections", "OrderedDict"),
      bytesOf([0x5d, 0x5d], mark, "a", 1, [0x65, 0x61, 0x85], reduce),
    ),
    { "x.a": 1 },
  ],
  ["device", bytesOf(global("torch", "device"), "cuda", 1, [0x86], reduce), { x: "cuda:1" }],
  ["dtype", global("torch", "float8_e5m2"), { x: "torch.float8_e5m2" }],
  ["quantization", global("torch", "per_tensor_affine"), { x: "torch.per_tensor_affine" }],
  [
    "layout",
    bytesOf(global("torch.serialization", "_get_layout"), "torch.strided", [0x85], reduce),
    { x: "torch.strided" },
  ],
  [
    "Size",
    bytesOf(global("torch", "Size"), mark, 2, 3, tuple, [0x85], reduce),
    { "x.0": 2, "x.1": 3 },
  ],
  [
    "set",
    bytesOf(global("__builtin__", "set"), [0x5d], 7, [0x61, 0x85], reduce),
    { "x.0": 7 },
  ],
  ["set of protocol 4", bytesOf([0x8f], mark, 7, [0x90]), { "x.0": 7 }],
  ["frozenset", bytesOf(mark, 7, [0x91]), { "x.0": 7 }],
  ["bytes", bytesOf(global("_codecs", "encode"), "abc", "latin1", [0x86], reduce), {}],
  ["bytes of protocol 3", [0x43, 1, 255], {}],
  ["bytearray", [0x96, 1, 0, 0, 0, 0, 0, 0, 0, 255], {}],
  ["complex", bytesOf(global("builtins", "complex"), 1, 2, [0x86], reduce), {}],
  ["tuple key", bytesOf([0x7d], "a", 1, [0x4e, 0x87], 5, [0x73]), { 'x.("a", 1, None)': 5 }],
  ["None key", bytesOf([0x7d], [0x4e], 5, [0x73]), { "x.None": 5 }],
  ["bool key", bytesOf([0x7d], [0x88], 5, [0x73]), { "x.True": 5 }],
  ["True in the place of 1", bytesOf([0x7d], [0x88], 5, [0x73], 1, 6, [0x73]), { "x.True": 6 }],
  ["float key", bytesOf([0x7d], [0x47, 0x3f, 0xe0, 0, 0, 0, 0, 0, 0], 5, [0x73]), { "x.0.5": 5 }],
  ["dtype key", bytesOf([0x7d], global("torch", "int8"), 5, [0x73]), { "x.torch.int8": 5 }],
  [
    "equal tuple keys",
    bytesOf([0x7d], 1, 2, [0x86], 5, [0x73], 1, 2, [0x86], 6, [0x73]),
    { "x.(1, 2)": 6 },
  ],
  ["long integer", [0x8a, 20, ...new Array(18).fill(0), 1, 0], { x: 2n ** 144n }],
  ["function", global("torch", "Size"), {}],
  ["storage", storage(2), {}],
  ["list that holds itself", [0x5d, 0x71, 9, 0x68, 9, 0x61], {}],
  ["deep list", [...many(200, [0x5d]), ...many(199, [0x61])], {}],
  [
    "sparse tensor",
    bytesOf(global("torch._utils", "_rebuild_sparse_tensor"), 1, 2, [0x86], reduce),
    {},
  ],
  [
    "quantized tensor",
    bytesOf(global("torch._utils", "_rebuild_qtensor"), mark, storage(2), tuple, reduce),
    {},
  ],
  [
    "tensor without numbers",
    bytesOf(
      global("torch._utils", "_rebuild_meta_tensor_no_storage"),
      mark,
      global("torch", "float32"),
      tuple,
      reduce,
    ),
    {},
  ],
  [
    "complex tensor",
    rebuilt(
      bytesOf(
        mark,
        "storage",
        global("torch", "ComplexFloatStorage"),
        "c",
        "cpu",
        1,
        tuple,
        persist,
      ),
      bytesOf(0),
      bytesOf(1),
      bytesOf(1),
    ),
    {},
  ],
  [
    "more numbers than a tensor has",
    rebuilt(storage(2), bytesOf(0), many(5, bytesOf(255)), many(5, bytesOf(0))),
    {},
  ],
  [
    "extents beyond all",
    rebuilt(storage(2), bytesOf(0), [0x8a, 6, 0, 0, 0, 0, 0, 1, 0x4b, 0], bytesOf(1, 1)),
    {},
  ],
  [
    "large integers",
    rebuilt(
      bytesOf(mark, "storage", global("torch", "LongStorage"), "c", "cpu", 1, tuple, persist),
      bytesOf(0),
      bytesOf(1),
      bytesOf(1),
    ),
    {},
  ],
];

Deno.test("a harmless neighbour hides no tensor, and to ask for it says why it is not there", async (t) => {
  for (const [name, opcodes, expected] of neighbours) {
    await t.step(name, () => {
      const { tensors, metadata, leftOut } = readTorch(zip({
        "x/data.pkl": bytesOf([0x80, 4, 0x7d], "x", opcodes, [0x73], "w", vector, [0x73], stop),
        "x/data/0": [0, 0, 128, 63, 0, 0, 0, 64],
        "x/data/c": [1, 0, 0, 1, 0, 0, 0, 0], // 2²⁴ + 1 as an integer
      }));
      assertEquals(Object.keys(tensors), ["w"]);
      assertEquals([...tensors.w.dataSync()], [1, 2]);
      assertEquals({ ...metadata }, { ...expected });
      if (Object.keys(expected).length > 0) return assertEquals({ ...leftOut }, {});
      const [[path, reason]] = Object.entries(leftOut);
      assertEquals(path.startsWith("x"), true);
      assertThrows(() => tensors[path], SyntaxError, reason);
      assertThrows(() => metadata[path], SyntaxError, reason);
    });
  }
});

Deno.test("values under one name are left out, not chosen from", () => {
  const { tensors, leftOut } = readTorch(
    checkpoint([0x7d], "w", vector, [0x73], "1", 1, [0x73], 1, vector, [0x73]),
  );
  assertEquals(Object.keys(tensors), ["w"]);
  assertEquals({ ...leftOut }, { "1": '"1" is there twice' });
});

Deno.test("integers of 16 bits without a sign are read, and so is a tensor with attributes", () => {
  const untyped = bytesOf(
    mark,
    "storage",
    global("torch.storage", "UntypedStorage"),
    "0",
    "cpu",
    8,
    tuple,
    persist,
  );
  const uint16 = bytesOf(
    global("torch._utils", "_rebuild_tensor_v3"),
    mark,
    untyped,
    [0x4b, 1],
    [...mark, 0x4b, 3, ...tuple],
    [...mark, 0x4b, 1, ...tuple],
    [0x89, 0x7d],
    global("torch", "uint16"),
    tuple,
    reduce,
  );
  const { tensors } = readTorch(checkpoint([0x7d], "u", uint16, [0x73]));
  assertEquals([...tensors.u.dataSync()], [0x3f80, 0, 0x4000]);
});

Deno.test("a lazily negated view has its sign", () => {
  const negated = (type: string, size: number) => {
    const view = rebuilt(
      bytesOf(mark, "storage", global("torch", type), "0", "cpu", size, tuple, persist),
      bytesOf(0),
      bytesOf(2),
      bytesOf(1),
    );
    // The seventh argument is in front of TUPLE and REDUCE.
    return [...view.slice(0, -2), ...bytesOf([0x7d], "neg", [0x88, 0x73]), ...tuple, ...reduce];
  };
  const { tensors, leftOut } = readTorch(
    checkpoint([0x7d], "x", negated("FloatStorage", 2), [0x73], "w", 5, [0x73]),
  );
  assertEquals([...tensors.x.dataSync()], [-1, -2]);
  assertEquals({ ...leftOut }, {});
  assertThrows(
    () => readTorch(checkpoint([0x7d], "x", negated("ByteStorage", 8), [0x73])),
    SyntaxError,
    "is lazily negated (neg), and its torch.ByteStorage can't be negated",
  );
});

Deno.test("readTorch() reads a checkpoint of one tensor", () => {
  const { tensors } = readTorch(checkpoint([0x7d], "w", vector, [0x73]));
  assertEquals([...tensors.w.dataSync()], [1, 2]);
});

Deno.test("names like __proto__ are ordinary names", () => {
  const { tensors, metadata } = readTorch(
    checkpoint([0x7d], "__proto__", vector, [0x73], "constructor", 5, [0x73]),
  );
  assertEquals(Object.keys(tensors), ["__proto__"]);
  assertEquals(Object.getPrototypeOf(tensors), null);
  assertEquals(Object.keys(metadata), ["constructor"]);
  assertEquals(({} as Record<string, unknown>).x, undefined);
});

const put = (n: number) => [0x71, n];
const get = (n: number) => [0x68, n];
/** Lists that each hold the one before twice. */
const doubling = Array.from({ length: 60 }, (_, i) => [
  ...[0x5d, ...put(i + 1), ...mark],
  ...[...get(i), ...get(i), 0x65],
]).flat();
const whole = open("torch_kinds.pt");
const edited = (at: number, ...bytes: number[]) => {
  const copy = whole.slice();
  copy.set(bytes, at);
  return copy;
};
const deflated = open("torch_kinds_deflated.pt");
const listAt = (bytes: Uint8Array) => new DataView(bytes.buffer).getUint32(bytes.length - 6, true);

const hostile: Hostile[] = [
  ["nothing", new Uint8Array(0), "neither as a ZIP archive nor as a pickle"],
  ["something else", Uint8Array.from(ascii("hello")), "neither as a ZIP archive nor as a pickle"],
  ["an archive that is cut off", whole.slice(0, 9000), "without an end"],
  ["an archive of something else", zip({ "a.txt": [1] }), "holds 0 files data.pkl"],
  ["two pickles", zip({ "a/data.pkl": stop, "b/data.pkl": stop }), "holds 2 files data.pkl"],
  ["a count of files that lies", edited(whole.length - 12, 255, 127), "two ends that differ"],
  ["an unknown packing", edited(listAt(whole) + 10, 12), "packed by method 12"],
  ["a file that is elsewhere", edited(listAt(whole) + 42, 1), "is not where the list"],
  [
    "a big-endian file",
    zip({ "data.pkl": stop, "byteorder": ascii("big") }),
    'byte order is "big"',
  ],
  [
    "a system call",
    checkpoint(global("os", "system"), mark, "true", tuple, reduce),
    '"os.system", which is not allowed',
  ],
  ["a builtin", checkpoint(global("builtins", "eval")), '"builtins.eval"'],
  ["a name by the stack", checkpoint("posix", "system", [0x93]), '"posix.system"'],
  ["a part of an allowed name", checkpoint(global("torch", "_utils._rebuild_tensor_v2.x")), "not"],
  ["a name of the prototype", checkpoint(global("__proto__", "constructor")), "not allowed"],
  ["a call of a text", checkpoint("x", emptyTuple, reduce), 'calls "x"'],
  ["a call of a type", checkpoint(global("torch", "FloatStorage"), emptyTuple, reduce), "calls"],
  ["attributes of a text", checkpoint("x", [0x7d], [0x62]), 'sets attributes of "x"'],
  ["an extension", checkpoint([0x82, 1]), "opcode 0x82"],
  ["bytes alone", checkpoint([0x43, 1, 1]), '"" is bytes, expected a tensor'],
  ["a pickle without an end", zip({ "data.pkl": [0x80, 2] }), "cut off"],
  ["a pickle that gives nothing", checkpoint(), "takes more than it has"],
  ["a text without an end", checkpoint([0x58, 255, 255, 255, 127]), "cut off"],
  ["a text of 2^64 letters", checkpoint([0x8d, ...Array(8).fill(255)]), "cut off"],
  ["a text that is none", checkpoint([0x8c, 1, 0xff]), "not UTF-8"],
  ["an integer of a million digits", checkpoint([0x8b, 0, 0, 16, 0]), "integer of 1048576 bytes"],
  ["a memory that is empty", checkpoint(get(3)), "recalls 3"],
  ["a mark that is missing", checkpoint(tuple), "misses a mark"],
  ["a stack below its mark", checkpoint(1, mark, [0x30]), "takes more than it has"],
  ["a key that is a list", checkpoint([0x7d, 0x5d], 1, [0x73]), "has the key []"],
  ["an item without a value", checkpoint([0x7d], mark, "a", [0x75]), "without a value"],
  ["a storage alone", checkpoint(storage(2)), "is a storage, expected a tensor"],
  ["a function alone", checkpoint(global("torch", "Size")), "is torch.Size, expected"],
  ["a module outside", checkpoint(mark, "module", "x", tuple, persist), "expected a storage"],
  [
    "a storage that is missing",
    zip({ "data.pkl": bytesOf(vector, stop) }),
    'lacks the file "data/0"',
  ],
  [
    "a storage that is shorter",
    checkpoint(rebuilt(storage(3), bytesOf(0), bytesOf(1), bytesOf(1))),
    "has 8 bytes, its pickle says 12",
  ],
  [
    "a storage of two sizes",
    checkpoint([0x5d], vector, [0x61], rebuilt(storage(1), bytesOf(0), bytesOf(1), bytesOf(1)), [
      0x61,
    ]),
    "has 8 bytes, its pickle says 4",
  ],
  [
    "a view beyond its storage",
    checkpoint(rebuilt(storage(2), bytesOf(1), bytesOf(2), bytesOf(1))),
    "reaches beyond its storage of length 2",
  ],
  [
    "a negative stride",
    checkpoint(rebuilt(storage(2), bytesOf(1), bytesOf(2), [0x4a, 255, 255, 255, 255])),
    "has the strides [-1]",
  ],
  [
    "a stride too few",
    checkpoint(rebuilt(storage(2), bytesOf(0), bytesOf(1, 1), bytesOf(1))),
    "expected as many integers",
  ],
  [
    "a shape of fractions",
    checkpoint(rebuilt(storage(2), bytesOf(0), [0x47, 0x3f, 0xe0, 0, 0, 0, 0, 0, 0], bytesOf(1))),
    "has the shape [0.5]",
  ],
  [
    "a tensor of 10^18 numbers from one",
    checkpoint(rebuilt(storage(2), bytesOf(0), many(9, bytesOf(100)), many(9, bytesOf(0)))),
    "more than 2147483648 numbers",
  ],
  [
    "a tensor of more numbers than there are",
    checkpoint(rebuilt(storage(2), bytesOf(0), many(32, bytesOf(255)), many(32, bytesOf(0)))),
    "more than 2147483648 numbers",
  ],
  [
    "too many axes",
    checkpoint(rebuilt(storage(2), bytesOf(0), many(33, bytesOf(1)), many(33, bytesOf(0)))),
    "at most 32",
  ],
  ["a list that holds itself", checkpoint([0x5d], put(0), get(0), [0x61]), "deeper than 64"],
  ["2^60 parts", checkpoint([0x5d], put(0), doubling), "option maxBytes"],
  ["lists in lists", checkpoint(many(100_000, [0x5d]), many(99_999, [0x61])), "deeper than 64"],
  ["a name twice", checkpoint([0x7d], "1", 1, [0x73], 1, 2, [0x73]), '"1" is there twice'],
  ["a file that unpacks to more", unpackTo(10), "unpacks to more than it claims, 10 bytes"],
  ["a file that unpacks to less", unpackTo(100_000), "bytes, it claims 100000"],
  ["a file that claims megabytes", unpackTo(2 ** 24), "more than any stream does"],
  ["a file that claims gigabytes", unpackTo(2 ** 31), "option maxBytes"],
  [
    "an old file with another number",
    Uint8Array.from(bytesOf([0x80, 2], 7, stop)),
    "begins with 7",
  ],
  ["an old file that ends", open("torch_kinds_legacy.pt").slice(0, 5000), "cut off"],
];

/** The packed file, whose pickle claims to have this size. */
function unpackTo(size: number): Uint8Array {
  const bytes = deflated.slice();
  const view = new DataView(bytes.buffer);
  view.setUint32(22, size, true);
  view.setUint32(listAt(bytes) + 24, size, true);
  return bytes;
}

/** Everything that a file holds, as text. */
function contents(bytes: Uint8Array): string {
  const { tensors, metadata, leftOut } = readTorch(bytes);
  const numbers = Object.entries(tensors).map(([name, x]) => [name, x.shape, [...x.dataSync()]]);
  return JSON.stringify(
    [numbers, Object.entries(metadata), Object.entries(leftOut)],
    (_, value) => typeof value === "bigint" ? `${value}n` : value,
  );
}

for (const name of files) {
  Deno.test(`a mutated ${name} is refused, or is the same`, () => {
    const file = open(name);
    const expected = contents(file);
    let seed = 1;
    const next = (n: number) => (seed = seed * 48271 % 2147483647) % n;
    for (let trial = trials(1500, 20_000); trial > 0; trial--) {
      let bytes = file.slice();
      for (let change = next(3); change >= 0; change--) {
        const at = next(bytes.length);
        const length = 1 + next(next(2) === 0 ? 4 : 400);
        const kind = next(5);
        if (kind === 0) bytes[at] ^= 1 << next(8);
        else if (kind === 1) bytes = bytes.slice(0, at);
        else if (kind === 2) bytes.fill(next(256), at, at + length);
        else if (kind === 3) bytes.copyWithin(at, next(bytes.length), next(bytes.length));
        else {
          // A part is there twice.
          const part = bytes.slice(at, at + length);
          const longer = new Uint8Array(bytes.length + part.length);
          longer.set(bytes.subarray(0, at));
          longer.set(part, at);
          longer.set(bytes.subarray(at), at + part.length);
          bytes = longer;
        }
        if (bytes.length === 0) break;
      }
      try {
        const found = contents(bytes);
        // An old file has no checksums: numbers that rot are not noticed there.
        if (!name.includes("legacy")) assertEquals(found, expected);
      } catch (error) {
        if (!(error instanceof SyntaxError)) throw error;
      }
    }
  });
}

testHostile(readTorch, hostile);
for (const name of files) testDamaged(readTorch, name, open(name), { stride: 29 });

Deno.test("a checkpoint is read from anywhere in a buffer", () => {
  const shifted = new Uint8Array(whole.length + 3);
  shifted.set(whole, 3);
  assertEquals(readTorch(shifted.subarray(3)).tensors["types.f32"].shape, [4, 6]);
});
