import { assertEquals, assertThrows } from "@std/assert";
import type { Dataset } from "./dataset.ts";
import { type Group, isHdf5, readHdf5 } from "./read_hdf5.ts";
import { type NewDataset, type NewGroup, writeHdf5 } from "./write_hdf5.ts";

const fail = (problem: string): never => {
  throw new SyntaxError(`It ${problem}`);
};

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
  const bytes = writeHdf5(root);
  assertEquals(isHdf5(bytes), true);
  const group = readHdf5(bytes, fail);
  assertEquals([...group.keys()], [...root.keys()]);
  const dataset = (name: string) => group.get(name) as Dataset;
  assertEquals<unknown>(dataset("numbers"), root.get("numbers"));
  assertEquals(dataset("integers"), { shape: [2], values: Float32Array.of(-5, 2 ** 24) });
  assertEquals<unknown>(dataset("text"), root.get("text"));
  assertEquals<unknown>(dataset("texts"), root.get("texts"));
  assertEquals(dataset("nothing"), { shape: [0, 4], values: new Float32Array(0) });
  const inner = group.get("group") as Group;
  assertEquals(inner.get("empty"), new Map());
  assertEquals(inner.get("one"), { shape: [], values: Float32Array.of(7) });
});

Deno.test("readHdf5() reads bytes anywhere in a buffer", () => {
  const bytes = writeHdf5(new Map([["x", { shape: [1], values: Float32Array.of(2) }]]));
  const shifted = new Uint8Array(bytes.length + 5);
  shifted.set(bytes, 5);
  assertEquals(readHdf5(shifted.subarray(5), fail), readHdf5(bytes, fail));
});

Deno.test("readHdf5() refuses a name twice in a group", () => {
  const bytes = writeHdf5(
    new Map([["ab", { shape: [], values: [1] }], ["ac", { shape: [], values: [2] }]]),
  );
  for (let at = 0; at + 1 < bytes.length; at++) {
    if (bytes[at] === 97 && bytes[at + 1] === 99) bytes[at + 1] = 98;
  }
  assertThrows(() => readHdf5(bytes, fail), SyntaxError, 'holds the name "ab" twice in a group');
});
