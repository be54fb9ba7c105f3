import { assertEquals, assertThrows } from "@std/assert";
import { makeBudget } from "../budget.ts";
import { leavesByPath } from "./leaves.ts";
import { fail, opaque, type Value } from "./values.ts";

const leavesOf = (root: Value, fileSize = 100) =>
  leavesByPath(root, makeBudget(fileSize, undefined, fail));
/** The reason why a value is left out. */
const reasonOf = (root: Value, name: string) => {
  const leaf = leavesOf(root).get(name);
  return typeof leaf === "object" && leaf?.kind === "left out" ? leaf.reason : undefined;
};

Deno.test("leavesByPath() joins keys and indices by dots, in order", () => {
  const root = new Map<string | number, Value>([
    ["a", [1, "x"]],
    [3, new Map([["b", null]])],
    ["empty", []],
    ["set", { kind: "set", items: [true], isFrozen: false }],
  ]);
  assertEquals([...leavesOf(root)], [["a.0", 1], ["a.1", "x"], ["3.b", null], ["set.0", true]]);
  assertEquals([...leavesOf(5)], [["", 5]]);
});

Deno.test("leavesByPath() writes keys as Python does", () => {
  const root = new Map<Value, Value>([
    [null, 1],
    [true, 2],
    [0.5, 3],
    [2n ** 60n, 4],
    [{ kind: "text key", text: "(1, 2)" }, 5],
  ] as [Value, Value][]) as Value;
  assertEquals([...leavesOf(root).keys()], [
    "None",
    "True",
    "0.5",
    "1152921504606846976",
    "(1, 2)",
  ]);
});

Deno.test("leavesByPath() leaves out values of one name, and values that are neither", () => {
  const root = new Map<string, Value>([["a.b", 1], ["a", new Map([["b", 2]])], ["c", 3]]);
  assertEquals(reasonOf(root, "a.b"), '"a.b" is there twice');
  assertEquals(leavesOf(root).get("c"), 3);
  assertEquals(
    reasonOf([opaque("bytes")], "0"),
    '"0" is bytes, expected a tensor or a plain value',
  );
});

Deno.test("leavesByPath() bounds depth and work, whatever an object holds", () => {
  const itself: Value[] = [7];
  itself.push(itself, itself);
  assertEquals(leavesOf(itself).get("0"), 7);
  assertEquals(
    reasonOf(itself, "2"),
    '"2" holds itself, and so nests deeper than 64 levels',
  );
  let deep: Value = 5;
  for (let i = 0; i < 100_000; i++) deep = [deep];
  assertEquals([...leavesOf(deep).keys()], [Array.from({ length: 64 }, () => "0").join(".")]);
  let shared: Value = [];
  for (let i = 0; i < 60; i++) shared = [shared, shared];
  assertThrows(() => leavesOf(shared), SyntaxError, "maxBytes");
  const chain = Array.from({ length: 60 }).reduce<Value>(
    (inner) => new Map([["x".repeat(1e6), inner]]),
    0,
  );
  assertThrows(() => leavesOf(chain), SyntaxError, "maxBytes");
});
