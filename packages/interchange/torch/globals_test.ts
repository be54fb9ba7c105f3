import { assertEquals, assertThrows } from "@std/assert";
import { findGlobal, findStorage } from "./globals.ts";
import type { TorchStorage, Value } from "./values.ts";

const float = findGlobal("torch", "FloatStorage");
const storage: TorchStorage = { key: "7", dtype: "F32", size: 10, begin: 2, end: 8 };
const rebuild = (...args: Value[]) => findGlobal("torch._utils", "_rebuild_tensor_v2").call?.(args);

Deno.test("findStorage() reads a persistent id, and the view of an old file", () => {
  assertEquals(findStorage(["storage", float, "7", "cpu", 10]), { ...storage, begin: 0, end: 10 });
  assertEquals(findStorage(["storage", float, "7", "cpu", 10, ["8", 2, 6]]), storage);
  const refuse = (id: Value, problem: string) =>
    assertThrows(() => findStorage(id), SyntaxError, problem);
  refuse(["module", float], "expected a storage");
  refuse(["storage", "float", "7", "cpu", 10], "refers to a storage as");
  refuse(["storage", float, "7", "cpu", -1], "refers to a storage as");
  refuse(["storage", float, "7", "cpu", 10, ["8", 6, 5]], "reaches beyond its storage of 10");
});

Deno.test("a tensor is rebuilt from any part of its storage, never from beyond it", () => {
  const tensor = { storage, offset: 1, shape: [2, 2], strides: [3, 1] };
  assertEquals<unknown>(rebuild(storage, 1, [2, 2], [3, 1], false, new Map()), tensor);
  assertEquals<unknown>(rebuild(storage, 0, [0, 5], [9, 9]), {
    storage,
    offset: 0,
    shape: [0, 5],
    strides: [9, 9],
  });
  assertThrows(() => rebuild(storage, 2, [2, 2], [3, 1]), SyntaxError, "its storage of 6 numbers");
  assertThrows(() => rebuild(storage, -1, [1], [1]), SyntaxError, "a tensor begins at -1");
  assertThrows(() => rebuild("x", 0, [1], [1]), SyntaxError, 'a tensor lies in "x"');
});

Deno.test("a parameter is its tensor, and a size its list", () => {
  const tensor = rebuild(storage, 0, [1], [1]) as Value;
  const parameter = findGlobal("torch._utils", "_rebuild_parameter");
  assertEquals(parameter.call?.([tensor, true, new Map()]), tensor);
  assertThrows(() => parameter.call?.([5]), SyntaxError, "a parameter is 5");
  assertEquals(findGlobal("torch", "Size").call?.([[2, 3]]), [2, 3]);
});

Deno.test("findGlobal() refuses all other objects by name, cut where it is long", () => {
  assertThrows(() => findGlobal("os", "system"), SyntaxError, '"os.system", which is not allowed');
  const { message } = assertThrows(() => findGlobal("m", "x".repeat(1e6)), SyntaxError);
  assertEquals(message.length < 500, true);
});
