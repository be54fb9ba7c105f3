import { assert, assertEquals } from "@std/assert";
import { Variant } from "./variant.ts";

Deno.test("a shader is found again by the parts of its name", () => {
  const [root, other] = [new Variant({}), new Variant({})];
  const found = root.at("map").at(2).at(other);
  assert(root.at("map").at(2).at(other) === found);
  assertEquals(
    [root.at(2) === root.at("2"), root.at(2) === other.at(2), root.at(other) === root.at(root)],
    [false, false, false],
  );
});

Deno.test("lists of small numbers of any length have a shader each", () => {
  const root = new Variant({});
  const lists = [[], [0], [0, 0], [0, 1], [1, 0], [15], [1, 0, 0], Array(20).fill(7)];
  const found = lists.map((keys) => root.atDigits(keys));
  assertEquals(new Set(found).size, lists.length);
  assertEquals(lists.map((keys) => root.atDigits(keys)), found);
});

Deno.test("a node forgets its shaders before they become too many", () => {
  const root = new Variant({});
  const first = root.at(0);
  for (let i = 1; i < 1000; i++) root.at(i);
  assert(root.at(0) !== first);
});
