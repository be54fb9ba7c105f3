import { deflateSync } from "node:zlib";
import { assertEquals, assertThrows } from "@std/assert";
import { readNir, writeNir } from "../mod.ts";
import { makeBudget } from "../budget.ts";
import { readFilters } from "./filters.ts";
import { makeSource } from "./source.ts";

const fail = (problem: string): never => {
  throw new SyntaxError(`It ${problem}`);
};

/** Undoes the filters of these numbers. */
function undo(ids: readonly number[], data: ArrayLike<number>, size: number, skipped = 0) {
  const each = ids.flatMap((id) => [id & 255, id >> 8, 0, 0, 0, 0, 0, 0]);
  const message = Uint8Array.from([1, ids.length, 0, 0, 0, 0, 0, 0, ...each]);
  const source = makeSource(message, fail, makeBudget(1, undefined, fail));
  return [...readFilters(source, 0, fail)(Uint8Array.from(data), size, 1, skipped)];
}

const bytes = [1, 2, 3, 4, 5];
const open = (name: string) =>
  Deno.readFileSync(new URL(`../testdata/nir_${name}.nir`, import.meta.url));

Deno.test("readFilters() checks the Adler-32 checksum that zlib wrote", () => {
  const packed = deflateSync(Uint8Array.from(bytes));
  assertEquals(undo([1], packed, 5), bytes);
  for (let bit = 0; bit < 32; bit++) {
    const damaged = Uint8Array.from(packed);
    damaged[packed.length - 4 + (bit >> 3)] ^= 1 << bit % 8;
    assertThrows(() => undo([1], damaged, 5), SyntaxError, "Adler-32");
  }
  const large = Uint8Array.from({ length: 200_000 }, (_, i) => i % 251 | 1);
  assertEquals(undo([1], deflateSync(large), large.length), [...large]);
  assertThrows(() => undo([1], [1, 2, 3, 4, 5, 6, 7], 5), SyntaxError, "should be packed by zlib");
  assertThrows(() => undo([1], [], 5), SyntaxError, "should be packed by zlib");
});

Deno.test("readFilters() checks and removes Fletcher-32 checksums", () => {
  // [1, 2, 3, 4, 5] in words: 0x0102 + 0x0304 + 0x0500 = 0x0906, and 0x0e0e.
  const stored = [...bytes, 0x06, 0x09, 0x0e, 0x0e];
  assertEquals(undo([3], stored, 5), bytes);
  assertEquals(undo([3], [...bytes, 0x09, 0x06, 0x0e, 0x0e], 5), bytes); // by HDF5 before 1.6.3
  assertEquals(undo([3], [0, 0, 0, 0, 0, 0], 2), [0, 0]);
  assertThrows(() => undo([3], [...bytes, 0x07, 0x09, 0x0e, 0x0e], 5), SyntaxError, "Fletcher-32");
  assertThrows(() => undo([3], [1, 2], 5), SyntaxError, "without its Fletcher-32");
  assertEquals(undo([1, 3], stored, 5, 1), bytes, "a filter that was skipped is not undone");
});

Deno.test("readFilters() names the filters that it lacks", () => {
  const names = { 4: "szip", 6: "scale-offset", 32000: "LZF", 32001: "Blosc", 32015: "Zstandard" };
  for (const [id, name] of Object.entries(names)) {
    assertThrows(() => undo([Number(id)], bytes, 5), SyntaxError, `by filter ${id}, expected 1 (g`);
    assertThrows(() => undo([Number(id)], bytes, 5), SyntaxError, `; ${id} is ${name}`);
  }
  assertThrows(() => undo(new Array(33).fill(2), bytes, 5), SyntaxError, "33 filters");
});

Deno.test("a file of h5py with gzip, shuffle and Fletcher-32 is read, and its damage is found", () => {
  const file = open("fletcher");
  const { l } = readNir(file).nodes;
  assertEquals(l.type === "Linear" && [...l.weight.dataSync()], [1, 2, 3, 4, 5, 6]);
  const at = file.findIndex((byte, i) => byte === 0x78 && file[i + 1] === 0x5e);
  let refused = 0;
  for (let bit = 0; bit < 8 * 20; bit++) {
    file[at + (bit >> 3)] ^= 1 << bit % 8;
    assertThrows(() => readNir(file), SyntaxError);
    refused++;
    file[at + (bit >> 3)] ^= 1 << bit % 8;
  }
  assertEquals(refused, 160);
});

Deno.test("no flipped bit of a packed file gives other numbers in silence", () => {
  const file = open("packed");
  const own = writeNir(readNir(file));
  const starts = Array.from(file.keys()).filter((at) => file[at] === 0x78 && file[at + 1] === 0x5e);
  for (const start of starts.slice(0, 3)) {
    for (let bit = 16; bit < 8 * 26; bit++) {
      file[start + (bit >> 3)] ^= 1 << bit % 8;
      try {
        assertEquals(writeNir(readNir(file)), own);
      } catch (error) {
        if (!(error instanceof SyntaxError)) throw error;
      }
      file[start + (bit >> 3)] ^= 1 << bit % 8;
    }
  }
});
