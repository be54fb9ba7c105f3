import { assertEquals, assertThrows } from "@std/assert";
import {
  ascii,
  bytesOf,
  emptyTuple,
  global,
  mark,
  rebuilt,
  reduce,
  stop,
  storage,
  tuple,
} from "../testing/torch_file.ts";
import { makeBudget } from "../budget.ts";
import { unpickle } from "./unpickle.ts";
import { fail, type Key, type Value } from "./values.ts";

type Part = string | number | readonly number[];
const budget = (fileSize: number) => makeBudget(fileSize, undefined, fail);
const run = (...opcodes: Part[]) => {
  const bytes = Uint8Array.from(bytesOf(...opcodes, stop));
  return unpickle(bytes, budget(bytes.length)).value;
};

Deno.test("unpickle() builds numbers, texts, lists and dictionaries", () => {
  assertEquals(run([0x4e]), null);
  assertEquals(run(mark, [0x88], [0x89], tuple), [true, false]);
  assertEquals(run(mark, 255, [0x4d, 1, 1], [0x4a, 254, 255, 255, 255], tuple), [255, 257, -2]);
  assertEquals(run([0x47, 0xbf, 0xe0, 0, 0, 0, 0, 0, 0]), -0.5);
  assertEquals(run([0x8a, 2, 0, 128]), -32768);
  assertEquals(run([0x8a, 8, 1, 0, 0, 0, 0, 0, 0, 64]), 2n ** 62n + 1n);
  assertEquals(run("π"), "π");
  assertEquals(run([0x5d], mark, 1, 2, [0x65], 3, [0x61]), [1, 2, 3]);
  assertEquals(
    run([0x7d], mark, "a", 1, 7, 2, [0x75], "b", 3, [0x73]),
    new Map<Key, Value>([
      ["a", 1],
      [{ kind: "text key", text: "7" }, 2],
      ["b", 3],
    ]),
  );
});

Deno.test("unpickle() recalls what the memo holds: the same object, not a copy", () => {
  const [first, second] = run([0x5d], [0x71, 9], [0x68, 9], [0x86]) as unknown[];
  assertEquals(first === second, true);
  assertEquals(run([0x5d, 0x94], [0x68, 0], [0x86]), [[], []]);
});

Deno.test("unpickle() returns a tensor as a view, and the storages of the file", () => {
  const pickle = bytesOf(rebuilt(storage(6), bytesOf(1), bytesOf(2), bytesOf(3)), stop);
  const { value, end, storages } = unpickle(Uint8Array.from([0, ...pickle, 7]), budget(1), 1);
  assertEquals(end, 1 + pickle.length);
  const [type, from] = ["torch.FloatStorage", { key: "0", size: 6, begin: 0, end: 6 }];
  assertEquals([...storages.values()], [
    { kind: "storage", type, dtype: "F32", width: 4, ...from },
  ]);
  assertEquals<unknown>(value, {
    kind: "tensor",
    storage: storages.get("0"),
    type,
    dtype: "F32",
    offset: 1,
    shape: [2],
    strides: [3],
    isNegated: false,
  });
});

Deno.test("unpickle() calls nothing but the functions of checkpoints", () => {
  assertEquals(run(global("collections", "OrderedDict"), emptyTuple, reduce), new Map());
  const refuse = (problem: string, ...opcodes: Part[]) =>
    assertThrows(() => run(...opcodes), SyntaxError, problem);
  refuse('"os.system", which is not allowed', global("os", "system"));
  refuse('calls "x"', "x", emptyTuple, reduce);
  refuse("opcode 0x69", [0x69]);
  refuse("takes more than it has", mark, [0x30]);
  refuse("appends to 5", 5, 5, [0x61]);
  refuse("sets items of []", [0x5d], 1, 2, [0x73]);
  refuse("cut off", ascii("X"), [255, 255, 255, 0]);
});
