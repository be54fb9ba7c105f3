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
const many = (n: number, ...parts: number[][]) => Array.from({ length: n }, () => parts).flat(2);
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
    "reaches beyond its storage of 2 numbers",
  ],
  [
    "a negative stride",
    checkpoint(rebuilt(storage(2), bytesOf(1), bytesOf(2), [0x4a, 255, 255, 255, 255])),
    "has the strides [-1]",
  ],
  [
    "a stride too few",
    checkpoint(rebuilt(storage(2), bytesOf(0), bytesOf(1, 1), bytesOf(1))),
    "expected 2 integers",
  ],
  [
    "a shape of fractions",
    checkpoint(rebuilt(storage(2), bytesOf(0), [0x47, 0x3f, 0xe0, 0, 0, 0, 0, 0, 0], bytesOf(1))),
    "has the shape [0.5]",
  ],
  [
    "a tensor of 10^18 numbers from one",
    checkpoint(rebuilt(storage(2), bytesOf(0), many(9, bytesOf(100)), many(9, bytesOf(0)))),
    "option maxBytes",
  ],
  [
    "a tensor of more numbers than there are",
    checkpoint(rebuilt(storage(2), bytesOf(0), many(32, bytesOf(255)), many(32, bytesOf(0)))),
    "option maxBytes",
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
  ["a file that unpacks to more", unpackTo(10), "unpacks to more than the 10 bytes"],
  ["a file that unpacks to less", unpackTo(100_000), "bytes, 100000 are claimed"],
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

testHostile(readTorch, hostile);
for (const name of files) testDamaged(readTorch, name, open(name), { stride: 29 });

Deno.test("a checkpoint is read from anywhere in a buffer", () => {
  const shifted = new Uint8Array(whole.length + 3);
  shifted.set(whole, 3);
  assertEquals(readTorch(shifted.subarray(3)).tensors["types.f32"].shape, [4, 6]);
});
