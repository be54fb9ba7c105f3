import { assertEquals, assertThrows } from "@std/assert";
import { makeBudget } from "../budget.ts";
import type { Dataset } from "./dataset.ts";
import { type Group, isHdf5, readHdf5 } from "./read_hdf5.ts";
import { type NewDataset, type NewGroup, writeHdf5 } from "./write_hdf5.ts";

const fail = (problem: string): never => {
  throw new SyntaxError(`It ${problem}`);
};

const read = (bytes: Uint8Array) =>
  readHdf5(bytes, fail, makeBudget(bytes.length, undefined, fail));

/** The members of a group with their names: lists for groups, shapes and elements for datasets. */
function contentOf(group: Group | NewGroup): unknown {
  const names = group instanceof Map ? [...group.keys()] : group.names;
  return names.map((name) => [name, memberOf(group.get(name))]);
}

function memberOf(member: Group | Dataset | NewGroup | NewDataset | undefined): unknown {
  if (member === undefined || "names" in member || member instanceof Map) {
    return contentOf(member ?? new Map());
  }
  if ("values" in member) return [member.shape, [...member.values]];
  return [member.shape, member.kind === "texts" ? member.texts() : [...member.doubles()]];
}

Deno.test("groups and datasets that writeHdf5() writes are read back by readHdf5()", () => {
  const root: NewGroup = new Map<string, NewGroup | NewDataset>([
    ["numbers", { shape: [2, 3], values: Float32Array.of(1, 2, 3, 4.5, NaN, -0) }],
    ["integers", { shape: [2], values: [-5, 2 ** 24] }],
    ["text", { shape: [], values: ["π and more"] }],
    ["texts", { shape: [2, 2], values: ["a", "", "bcd", "e"] }],
    ["nothing", { shape: [0, 4], values: new Float32Array(0) }],
    [
      "group",
      new Map<string, NewGroup | NewDataset>([["empty", new Map()], ["one", {
        shape: [],
        values: [7],
      }]]),
    ],
  ]);
  const bytes = writeHdf5(root, fail);
  assertEquals(isHdf5(bytes), true);
  assertEquals<unknown>(contentOf(read(bytes)), contentOf(root));
});

Deno.test("readHdf5() reads bytes anywhere in a buffer", () => {
  const bytes = writeHdf5(new Map([["x", { shape: [1], values: Float32Array.of(2) }]]), fail);
  const shifted = new Uint8Array(bytes.length + 5);
  shifted.set(bytes, 5);
  assertEquals(contentOf(read(shifted.subarray(5))), [["x", [[1], [2]]]]);
});

Deno.test("readHdf5() refuses a name twice in a group", () => {
  const bytes = writeHdf5(
    new Map([["ab", { shape: [], values: [1] }], ["ac", { shape: [], values: [2] }]]),
    fail,
  );
  for (let at = 0; at + 1 < bytes.length; at++) {
    if (bytes[at] === 97 && bytes[at + 1] === 99) bytes[at + 1] = 98;
  }
  assertThrows(() => read(bytes), SyntaxError, 'holds the name "ab" twice in a group');
});
