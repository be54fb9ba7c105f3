import { assertEquals, assertThrows } from "@std/assert";
import { nameLeaves } from "./leaves.ts";
import type { Value } from "./values.ts";

Deno.test("nameLeaves() joins keys and indices by dots, in order", () => {
  const root = new Map<string | number, Value>([
    ["a", [1, "x"]],
    [3, new Map([["b", null]])],
    ["empty", []],
  ]);
  assertEquals(nameLeaves(root, 100), [["a.0", 1], ["a.1", "x"], ["3.b", null]]);
  assertEquals(nameLeaves(5, 100), [["", 5]]);
});

Deno.test("nameLeaves() refuses two leaves of one name", () => {
  const root = new Map<string, Value>([["a.b", 1], ["a", new Map([["b", 2]])]]);
  assertThrows(() => nameLeaves(root, 100), SyntaxError, '"a.b" is there twice');
});

Deno.test("nameLeaves() bounds depth and work, whatever an object holds", () => {
  const itself: Value[] = [];
  itself.push(itself);
  assertThrows(() => nameLeaves(itself, 1e6), SyntaxError, "deeper than 64 levels");
  let shared: Value = [];
  for (let i = 0; i < 60; i++) shared = [shared, shared];
  assertThrows(() => nameLeaves(shared, 1e4), SyntaxError, "the same part too often");
  const chain = Array.from({ length: 60 }).reduce<Value>(
    (inner) => new Map([["x".repeat(1e5), inner]]),
    0,
  );
  assertThrows(() => nameLeaves(chain, 1e4), SyntaxError, "the same part too often");
});
