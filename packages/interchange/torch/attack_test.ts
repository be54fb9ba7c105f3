// Small files that ask for much: expansion, the stack, the memo, and the copies of calls. The kinds
// are those that picklescan and fickling list, and CVE-2026-24747.
import { assert, assertEquals, assertLess, assertMatch, assertThrows } from "@std/assert";
import type { Refusal } from "../testing/read_bombs.ts";
import {
  ascii,
  bytesOf,
  checkpoint,
  emptyTuple,
  global,
  little,
  mark,
  persist,
  rebuilt,
  reduce,
  storage,
  tuple,
  vector,
  zip,
} from "../testing/torch_file.ts";
import { readTorch } from "./read_torch.ts";

const put = (n: number) => [0x72, ...little(n, 4)];
const get = (n: number) => [0x6a, ...little(n, 4)];
/** A part of a pickle, so many times. */
function times(n: number, ...unit: number[]): Uint8Array {
  const out = new Uint8Array(n * unit.length);
  out.set(unit);
  for (let at = unit.length; at < out.length; at *= 2) out.copyWithin(at, 0, at);
  return out;
}
function join(...parts: ArrayLike<number>[]): Uint8Array {
  return joinAll(parts);
}
function joinAll(parts: readonly ArrayLike<number>[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  parts.reduce((at, part) => (out.set(part, at), at + part.length), 0);
  return out;
}
const each = (n: number, f: (i: number) => number[]) =>
  joinAll(Array.from({ length: n }, (_, i) => f(i)));
const many = 4_000_000;
/** A list of many small numbers, stored as 1. */
const longList = join([0x5d, 0x28], times(200_000, 0x4b, 1), [0x65], put(1));
const called = (module: string, name: string) =>
  join(longList, global(module, name), put(2), times(100_000, ...get(2), ...get(1), 0x85, 0x52));
const v2 = global("torch._utils", "_rebuild_tensor_v2");

const bombs: Readonly<Record<string, Uint8Array>> = {
  "empty lists": times(many, 0x5d),
  "empty dictionaries": times(many, 0x7d),
  "empty tuples": times(many, 0x29),
  "empty sets": times(many, 0x8f),
  "marks": times(many, 0x28),
  "pushes": times(many, 0x4e),
  "pushes and pops": times(many / 2, 0x4e, 0x30),
  "protocols": times(many / 2, 0x80, 2),
  "frames": times(many, 0x95, ...new Array(8).fill(0)),
  "memo entries": join([0x4e], times(many, 0x94)),
  "memo entries by number": join([0x4e], times(2000, ...each(1000, put))),
  "a memo of holes": join([0x4e], each(3000, (i) => put(i * 65_000))),
  "empty texts": times(many / 2, 0x8c, 0),
  "texts": times(200_000, 0x8c, 200, ...new Array(200).fill(97)),
  "integers of 255 bytes": times(30_000, 0x8a, 255, ...new Array(255).fill(0x7f)),
  "globals": times(400_000, ...global("collections", "OrderedDict")),
  "nested tuples": join([0x4e], times(many, 0x85)),
  "nested lists": join(times(many / 2, 0x5d), times(many / 2 - 1, 0x61)),
  "attributes": join([0x7d], times(many / 2, 0x7d, 0x62)),
  "items of one name": join([0x7d], times(many / 3 | 0, 0x88, 0x4e, 0x73)),
  "empty appends": join([0x5d], times(many / 2, 0x28, 0x65)),
  "copies of a size": called("torch", "Size"),
  "copies of a set": called("builtins", "set"),
  "copies of a dictionary": join(
    [0x7d, 0x28],
    each(50_000, (i) => [0x4a, ...little(i, 4), 0x4e]),
    [0x75],
    put(1),
    global("collections", "Counter"),
    put(2),
    times(100_000, ...get(2), ...get(1), 0x85, 0x52),
  ),
  "tensors with attributes": join(
    global("torch._tensor", "_rebuild_from_type_v2"),
    put(5),
    v2,
    put(3),
    global("torch", "Tensor"),
    put(6),
    storage(2),
    put(2),
    [0x7d],
    put(4),
    times(
      100_000,
      ...[...get(5), 0x28, ...get(3), ...get(6), 0x28, ...get(2), 0x4b, 0, 0x4b, 1, 0x85],
      ...[0x4b, 1, 0x85, 0x89, ...get(4), 0x74, ...get(4), 0x74, 0x52],
    ),
  ),
  "storages": join(storage(2).slice(0, -1), put(1), times(500_000, ...get(1), 0x51)),
  "tensors": join(
    [0x5d, 0x28],
    storage(2),
    put(2),
    v2,
    put(3),
    [0x7d],
    put(4),
    times(
      100_000,
      ...[...get(3), 0x28, ...get(2), 0x4b, 0, 0x4b, 1, 0x85, 0x4b, 1, 0x85],
      ...[0x89, ...get(4), 0x74, 0x52],
    ),
    [0x65],
  ),
  "a tensor of 64 MB from two numbers": Uint8Array.from(
    rebuilt(storage(2), bytesOf(0), [0x4a, ...little(2 ** 24, 4)], bytesOf(0)),
  ),
  "one tensor with many names": join(vector, put(1), [0x5d, 0x28], times(500_000, ...get(1)), [
    0x65,
  ]),
  "long names": join(
    [0x58, ...little(100_000, 4)],
    times(100_000, 97),
    put(0),
    [0x5d, 0x28],
    times(10_000, 0x7d, ...get(0), 0x4e, 0x73),
    [0x65],
  ),
  "long paths": join(
    [0x58, ...little(1_000_000, 4)],
    times(1_000_000, 97),
    put(0),
    [0x4e],
    put(1),
    each(60, (i) => [0x7d, ...get(0), ...get(i + 1), 0x73, ...put(i + 2)]),
  ),
  "lists of the list before, twice": join(
    [0x5d],
    put(0),
    each(60, (i) => [0x5d, 0x28, ...get(i), ...get(i), 0x65, ...put(i + 1)]),
  ),
  "a key of tuples of the tuple before, 64 times": join(
    times(1, 0x28),
    times(64, 0x4e),
    [0x74],
    put(0),
    each(7, (i) => [0x28, ...Array.from({ length: 64 }, () => get(i)).flat(), 0x74, ...put(i + 1)]),
    [0x7d],
    get(7),
    [0x4e, 0x73],
  ),
  "a tuple of a long text of signs that JSON escapes": join(
    [0x7d, 0x58, ...little(20_000_000, 4)],
    times(20_000_000, 1),
    [0x85, 0x4e, 0x73],
  ),
  "lists that hold each other": join(
    each(60, (i) => [0x5d, ...put(i)]),
    each(
      60,
      (i) => [...get(i), 0x28, ...Array.from({ length: 60 }, (_, k) => get(k)).flat(), 0x65],
    ),
  ),
};
const files = Object.entries(bombs).map(([name, pickle]) => {
  const entries = { "x/data.pkl": join([0x80, 4], pickle, [0x2e]), "x/data/0": little(0, 8) };
  return [name, zip(entries, { deflated: true })] as const;
});

/**
 * How another process, whose memory is its own, refuses these files, in their order. It takes a few
 * seconds; the limit ends a reader that never stops, which nothing inside its process could.
 */
async function readElsewhere(): Promise<Refusal[]> {
  const folder = await Deno.makeTempDir();
  try {
    const paths = await Promise.all(files.map(async ([, file], i) => {
      const path = `${folder}/${i}.pt`;
      await Deno.writeFile(path, file);
      return path;
    }));
    const program = new URL("../testing/read_bombs.ts", import.meta.url).pathname;
    const { stdout, success } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "--no-check", program, ...paths],
      stdout: "piped",
      stderr: "inherit",
      signal: AbortSignal.timeout(900_000),
    }).output();
    assert(success, "the process failed, or was killed because a file kept it busy");
    return JSON.parse(new TextDecoder().decode(stdout));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("a small file that asks for much is refused, in 500 MB, and the error names maxBytes", async (t) => {
  const refusals = await readElsewhere();
  assertEquals(refusals.length, files.length);
  for (const [i, [name, file]] of files.entries()) {
    const { error, megabytes } = refusals[i];
    await t.step(name, () => {
      assertLess(file.length, 1_000_000);
      assertMatch(`${error}`, /^SyntaxError: .*option maxBytes/s);
      if (megabytes !== null) assertLess(megabytes, 500);
    });
  }
});

Deno.test("maxBytes lets a file expand that really does, and a lower one refuses any", () => {
  const zeros = zip({
    "x/data.pkl": bytesOf(
      [0x80, 2],
      rebuilt(
        bytesOf(
          mark,
          "storage",
          global("torch", "FloatStorage"),
          "0",
          "cpu",
          [
            0x4a,
            ...little(2 ** 24, 4),
          ],
          tuple,
          persist,
        ),
        bytesOf(0),
        [0x4a, ...little(2 ** 24, 4)],
        bytesOf(1),
      ),
      [0x2e],
    ),
    "x/data/0": new Uint8Array(2 ** 26),
  }, { deflated: true });
  assertThrows(() => readTorch(zeros), SyntaxError, "option maxBytes");
  assertEquals(readTorch(zeros, { maxBytes: 2 ** 28 }).tensors[""].size, 2 ** 24);
  const small = checkpoint([0x7d], "w", vector, [0x73]);
  assertThrows(() => readTorch(small, { maxBytes: 1000 }), SyntaxError, "more than 1000 bytes");
});

type Trick = readonly [
  name: string,
  message: string,
  ...pickle: (string | number | readonly number[])[],
];

/** Ways to name or to run something else, or to break what the machine believes of its values. */
const tricks: readonly Trick[] = [
  ["a global", '"os.system"', global("os", "system"), mark, "true", tuple, reduce],
  ["a global of the stack", '"builtins.exec"', "builtins", "exec", [0x93]],
  ["a global of Python 2", '"builtins.eval"', global("__builtin__", "eval")],
  [
    "a dotted name",
    "is torch._utils._rebuild_tensor_v2, expected a tensor",
    "torch",
    "_utils._rebuild_tensor_v2",
    [0x93],
  ],
  ["a name with a null", "not allowed", "torch", "Size\0", [0x93]],
  ["a global by numbers", "something else than text", 1, 2, [0x93]],
  [
    "an import in a class",
    '"torch.nn.modules.linear.Linear"',
    "torch.nn.modules.linear",
    "Linear",
    [
      0x93,
    ],
  ],
  [
    "asyncio",
    '"asyncio.unix_events._UnixSubprocessTransport._start"',
    "asyncio.unix_events",
    "_UnixSubprocessTransport._start",
    [0x93],
  ],
  ["a function of PyTorch", '"torch.hub.load"', global("torch.hub", "load")],
  [
    "NumPy",
    '"numpy.core.multiarray._reconstruct"',
    global("numpy.core.multiarray", "_reconstruct"),
  ],
  ["INST", "opcode 0x69", mark, ascii("ios\nsystem\n")],
  ["OBJ", "opcode 0x6f", mark, global("torch", "Size"), [0x6f]],
  ["NEWOBJ_EX", "opcode 0x92", global("torch", "Size"), emptyTuple, [0x7d, 0x92]],
  ["EXT1", "opcode 0x82", [0x82, 1]],
  ["EXT2", "opcode 0x83", [0x83, 1, 0]],
  ["EXT4", "opcode 0x84", [0x84, 1, 0, 0, 0]],
  ["PERSID", "opcode 0x50", ascii("P0\n")],
  ["DUP", "opcode 0x32", 1, [0x32]],
  ["NEXT_BUFFER", "opcode 0x97", [0x97]],
  ["an opcode of protocol 0", "opcode 0x49", ascii("I1\n")],
  ["protocol 255", "the protocol 255, expected 2 to 5", [0x80, 255]],
  ["protocol 0", "the protocol 0", [0x80, 0]],
  ["a persistent id of a module", "expected a storage", mark, "module", "x", tuple, persist],
  [
    "a call of a result",
    "calls []",
    global("torch", "Size"),
    emptyTuple,
    reduce,
    emptyTuple,
    reduce,
  ],
  ["a call with a list", "calls torch.Size", global("torch", "Size"), [0x5d], reduce],
  ["a call with a dictionary", "calls torch.Size", global("torch", "Size"), [0x7d], reduce],
  ["an item of a tensor", "sets items of a tensor", vector, 0, 1, [0x73]],
  ["items of a tensor", "sets items of a tensor", vector, mark, 0, 1, [0x75]],
  ["an item of a list", "sets items of []", [0x5d], 0, 1, [0x73]],
  ["an item of a storage", "sets items of a storage", storage(2), 0, 1, [0x73]],
  ["an item of a function", "sets items of torch.Size", global("torch", "Size"), 0, 1, [0x73]],
  ["an entry of a tuple", "appends to the tuple", emptyTuple, 1, [0x61]],
  ["entries of a tuple", "appends to the tuple", emptyTuple, mark, 1, [0x65]],
  ["an entry of a size", "appends to the tuple", global("torch", "Size"), [0x5d, 0x85], reduce, 1, [
    0x61,
  ]],
  ["an entry of a dictionary", "appends to a record", [0x7d], 1, [0x61]],
  ["an entry of a tensor", "appends to a tensor", vector, 1, [0x61]],
  ["an entry of a frozen set", "adds to a set", mark, [0x91], mark, 1, [0x90]],
  ["attributes of a tensor", "sets attributes of a tensor", vector, [0x7d, 0x62]],
  ["attributes of a list", "sets attributes of []", [0x5d, 0x7d, 0x62]],
  ["attributes that are a text", "sets attributes of", [0x7d], "x", [0x62]],
  ["a number above all", "stores 4294967295", 1, [0x72, 255, 255, 255, 255]],
  ["a text of 4 GB", "cut off", [0x58, 255, 255, 255, 255]],
  ["bytes of 2^64", "cut off", [0x8e, ...new Array(8).fill(255)]],
  [
    "a storage of two types",
    "is a torch.FloatStorage, and a torch.IntStorage",
    [0x5d],
    mark,
    vector,
    rebuilt(
      bytesOf(mark, "storage", global("torch", "IntStorage"), "0", "cpu", 2, tuple, persist),
      bytesOf(0),
      bytesOf(2),
      bytesOf(1),
    ),
    [0x65],
  ],
  [
    "a storage with a path",
    'lacks the file "x/data/../../secret"',
    rebuilt(
      bytesOf(
        mark,
        "storage",
        global("torch", "FloatStorage"),
        "../../secret",
        "cpu",
        2,
        tuple,
        persist,
      ),
      bytesOf(0),
      bytesOf(2),
      bytesOf(1),
    ),
  ],
  ["a second pickle", "1 byte after its end", 1, [0x2e]],
];

Deno.test("tricks of pickles are refused by name", async (t) => {
  for (const [name, message, ...pickle] of tricks) {
    await t.step(name, () => {
      assertThrows(() => readTorch(checkpoint(...pickle)), SyntaxError, message);
    });
  }
});

Deno.test("an archive in which an archive lies is opened by its own list", () => {
  const inner = checkpoint([0x7d], "w", vector, [0x73]);
  const outer = zip({ "x/data.pkl": [0x80, 2, 0x7d, 0x2e], "x/inner": inner });
  assertEquals(Object.keys(readTorch(outer).tensors), []);
});
