import { assertEquals, assertThrows } from "@std/assert";
import { tensor } from "./create.ts";
import { neg } from "./functions.ts";
import { mapTree, type Tree, treeFromLeaves, treeLeaves } from "./tree.ts";

const tree = () => ({ b: tensor(1), a: [tensor(2), { c: tensor(3) }], none: [] });

Deno.test("leaves come in the order of the keys, and a tree can be made of them again", () => {
  const t = tree();
  const leaves = treeLeaves(t);
  assertEquals(leaves.map((x) => x.item()), [1, 2, 3]);
  assertEquals(treeFromLeaves(t, leaves), t);
});

Deno.test("mapTree() keeps the form", () => {
  const negative = mapTree(neg, tree());
  assertEquals(Object.keys(negative), ["b", "a", "none"]);
  assertEquals(treeLeaves(negative).map((x) => x.item()), [-1, -2, -3]);
  assertEquals(mapTree(neg, tensor(4)).item(), -4);
});

Deno.test("a value that does not belong into a tree is named with its place", () => {
  const wrong = (x: unknown) =>
    ({ layers: [{ weight: tensor(1) }, { weight: x }] }) as unknown as Tree;
  const place = "Cannot use params.layers[1].weight as a tree of tensors: it is";
  assertThrows(() => treeLeaves(wrong(3), "params"), TypeError, `${place} 3`);
  assertThrows(() => treeLeaves(wrong(null), "params"), TypeError, `${place} null`);
  assertThrows(() => treeLeaves(wrong(undefined), "params"), TypeError, `${place} undefined`);
  assertThrows(() => treeLeaves(wrong(new Map()), "params"), TypeError, `${place} a Map`);
  assertThrows(
    () => treeLeaves(wrong(Object.create({ w: tensor(1) })), "params"),
    TypeError,
    place,
  );
  assertThrows(
    () => treeLeaves(new Float32Array(2) as unknown as Tree),
    TypeError,
    "the tree as a tree of tensors: it is a Float32Array",
  );
  assertThrows(
    () => mapTree(neg, wrong("x")),
    TypeError,
    'the tree.layers[1].weight as a tree of tensors: it is "x"',
  );
});
