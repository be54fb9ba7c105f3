import { assertEquals, assertThrows } from "@std/assert";
import { makeBudget } from "../budget.ts";
import { findGlobal } from "./globals.ts";
import { findStorage } from "./storage.ts";
import { fail, opaque, type TorchStorage, type Value } from "./values.ts";

const float = findGlobal("torch", "FloatStorage");
const storage: TorchStorage = {
  kind: "storage",
  type: "torch.FloatStorage",
  key: "7",
  dtype: "F32",
  width: 4,
  size: 10,
  begin: 2,
  end: 8,
};
const call = (module: string, name: string, ...args: Value[]) =>
  findGlobal(module, name).call?.(args, makeBudget(1000, undefined, fail));
const hooks: Value = new Map();
const rebuild = (...args: Value[]) => call("torch._utils", "_rebuild_tensor_v2", ...args);
const view = (offset: Value, shape: Value, strides: Value, metadata?: Value) =>
  rebuild(
    storage,
    offset,
    shape,
    strides,
    false,
    hooks,
    ...metadata === undefined ? [] : [metadata],
  );
const expected = {
  kind: "tensor",
  storage,
  type: "torch.FloatStorage",
  dtype: "F32",
  offset: 3,
  shape: [2, 2],
  strides: [3, 1],
  isNegated: false,
};

Deno.test("findStorage() reads a persistent id, and the view of an old file", () => {
  assertEquals(findStorage(["storage", float, "7", "cpu", 10]), { ...storage, begin: 0, end: 10 });
  assertEquals(findStorage(["storage", float, "7", "cpu", 10, ["8", 2, 6]]), storage);
  const refuse = (id: Value, problem: string) =>
    assertThrows(() => findStorage(id), SyntaxError, problem);
  refuse(["module", float], "expected a storage");
  refuse(["storage", "float", "7", "cpu", 10], "refers to a storage as");
  refuse(["storage", float, "7", "cpu", -1], "refers to a storage as");
  refuse(["storage", float, "7", "cpu", 10, null, 1], "refers to a storage as");
  refuse(
    ["storage", float, "7", "cpu", 10, ["8", 6, 5]],
    "reaches beyond its storage of length 10",
  );
});

Deno.test("a tensor is rebuilt from any part of its storage, never from beyond it", () => {
  assertEquals<unknown>(view(1, [2, 2], [3, 1]), expected);
  assertEquals<unknown>(view(0, [0, 5], [9, 9]), {
    ...expected,
    offset: 2,
    shape: [0, 5],
    strides: [9, 9],
  });
  assertEquals<unknown>(call("torch._utils", "_rebuild_tensor", storage, 1, [2, 2], [3, 1]), {
    ...expected,
  });
  assertThrows(() => view(2, [2, 2], [3, 1]), SyntaxError, "its storage of length 6");
  assertThrows(() => view(-1, [1], [1]), SyntaxError, "a tensor begins at -1");
  assertThrows(() => rebuild("x", 0, [1], [1], false, hooks), SyntaxError, 'a tensor lies in "x"');
});

Deno.test("all arguments of a tensor are read, or refused", () => {
  assertEquals<unknown>(view(1, [2, 2], [3, 1], null), expected);
  assertEquals<unknown>(view(1, [2, 2], [3, 1], new Map([["neg", true]])), {
    ...expected,
    isNegated: true,
  });
  const refuse = (problem: string, ...args: Value[]) =>
    assertThrows(() => rebuild(...args), SyntaxError, problem);
  const metadata = (name: string, value: Value): Value => new Map([[name, value]]);
  refuse('the metadata "zero": true', storage, 0, [1], [1], false, hooks, metadata("zero", true));
  refuse('the metadata "neg": 1', storage, 0, [1], [1], false, hooks, metadata("neg", 1));
  refuse("the metadata 5", storage, 0, [1], [1], false, hooks, 5);
  refuse("with 4 arguments, expected 6 to 7", storage, 0, [1], [1]);
  refuse("with 8 arguments", storage, 0, [1], [1], false, hooks, null, null);
  refuse("with requires_grad 1", storage, 0, [1], [1], 1, hooks);
  refuse("hooks [1]", storage, 0, [1], [1], false, [1]);
});

Deno.test("a tensor may say its type itself, and takes its bytes from an untyped storage", () => {
  const untyped = findStorage([
    "storage",
    findGlobal("torch.storage", "UntypedStorage"),
    "1",
    "cpu",
    9,
  ]);
  const third = (type: string, offset: number, n: number) =>
    call(
      "torch._utils",
      "_rebuild_tensor_v3",
      untyped,
      offset,
      [n],
      [1],
      false,
      hooks,
      findGlobal("torch", type),
    );
  assertEquals<unknown>(third("uint16", 1, 3), {
    ...expected,
    storage: untyped,
    type: "torch.uint16",
    dtype: "U16",
    offset: 1,
    shape: [3],
    strides: [1],
  });
  assertEquals((third("float8_e5m2", 0, 9) as unknown as { dtype: unknown }).dtype, undefined);
  assertThrows(() => third("uint16", 1, 4), SyntaxError, "beyond its storage of length 4");
  assertThrows(() => third("Tensor", 1, 1), SyntaxError, "has the type torch.Tensor");
  assertThrows(() => rebuild(untyped, 0, [1], [1], false, hooks), SyntaxError, "without a type");
});

Deno.test("a parameter is its tensor, and so is a tensor with attributes", () => {
  const tensor = view(0, [1], [1]) as Value;
  const parameter = (...args: Value[]) => call("torch._utils", "_rebuild_parameter", ...args);
  assertEquals(parameter(tensor, true, hooks), tensor);
  assertThrows(() => parameter(5, true, hooks), SyntaxError, "with 5, expected a tensor");
  assertThrows(() => parameter(tensor), SyntaxError, "with 1 argument,");
  const attributes = (name: string, args: Value) =>
    call(
      "torch._tensor",
      "_rebuild_from_type_v2",
      findGlobal(name.slice(0, name.lastIndexOf(".")), name.slice(name.lastIndexOf(".") + 1)),
      findGlobal("torch", "Tensor"),
      args,
      new Map([["note", "hi"]]),
    );
  assertEquals(
    attributes("torch._utils._rebuild_tensor_v2", [storage, 0, [1], [1], false, hooks]),
    tensor,
  );
  for (const name of ["collections.OrderedDict", "torch._tensor._rebuild_from_type_v2"]) {
    assertThrows(() => attributes(name, []), SyntaxError, "rebuilds torch.Tensor by");
  }
});

Deno.test("values of Python come as lists, texts, or as kinds without a counterpart", () => {
  assertEquals(call("torch", "Size", [2, 3]), [2, 3]);
  assertEquals(call("torch", "device", "cuda", 1), "cuda:1");
  assertEquals(call("torch.serialization", "_get_layout", "torch.strided"), "torch.strided");
  assertEquals(call("__builtin__", "complex", 1, 2), opaque("a complex number"));
  assertEquals(call("_codecs", "encode", "abc", "latin1"), opaque("bytes"));
  assertEquals(call("builtins", "set", [1]), { kind: "set", items: [1], isFrozen: false });
  assertEquals(call("collections", "Counter", new Map([["a", 2]])), new Map([["a", 2]]));
  assertEquals(call("collections", "OrderedDict", [["a", 2]]), new Map([["a", 2]]));
  assertThrows(() => call("collections", "OrderedDict", [["a"]]), SyntaxError, "expected a pair");
  assertThrows(() => call("collections", "Counter", "ab"), SyntaxError, "a Counter is made of");
  assertThrows(() => call("torch", "Size", "ab"), SyntaxError, 'a torch.Size is "ab"');
  assertThrows(() => call("torch", "device", 5), SyntaxError, "a torch.device is made of 5");
});

Deno.test("findGlobal() refuses all other objects by name, cut where it is long", () => {
  assertThrows(() => findGlobal("os", "system"), SyntaxError, '"os.system", which is not allowed');
  const { message } = assertThrows(() => findGlobal("m", "x".repeat(1e6)), SyntaxError);
  assertEquals(message.length < 500, true);
});
