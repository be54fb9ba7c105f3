import { deflateSync } from "node:zlib";
import { assertEquals, assertThrows } from "@std/assert";
import { makeBudget } from "../budget.ts";
import { readChunks } from "./chunks.ts";
import { makeSource } from "./source.ts";

const fail = (problem: string): never => {
  throw new SyntaxError(`It ${problem}`);
};
const bytesOf = (width: number, ...numbers: number[]) =>
  numbers.flatMap((n) => Array.from({ length: width }, (_, i) => (n >> 8 * i) & 255));

/** A chunk by the indices of its first element. */
type Chunk = readonly [row: number, column: number, data: readonly number[]];

/** Reads 3 × 3 elements in chunks of 2 × 2. */
function read(chunks: readonly Chunk[], width: number, filters: readonly number[] = []) {
  const layoutLength = 1 + 8 + 3 * 4;
  const treeAt = layoutLength;
  const dataAt = treeAt + 24 + chunks.length * 40;
  const layout = [3, ...bytesOf(4, treeAt, 0), ...bytesOf(4, 2, 2, width)];
  const tree = [...new TextEncoder().encode("TREE"), 1, 0, ...bytesOf(2, chunks.length)];
  tree.push(...bytesOf(4, 0, 0, 0, 0));
  const stored: number[] = [];
  for (const [row, column, data] of chunks) {
    tree.push(...bytesOf(4, data.length, 0, row, 0, column, 0, 0, 0, dataAt + stored.length, 0));
    stored.push(...data);
  }
  const pipeline = [1, filters.length, 0, 0, 0, 0, 0, 0];
  for (const id of filters) pipeline.push(...bytesOf(2, id, 0, 0, 0));
  const bytes = Uint8Array.from([...layout, ...tree, ...stored, ...pipeline]);
  const message = { kind: 0, at: dataAt + stored.length, size: pipeline.length };
  const extent = { shape: [3, 3], width, length: 9 * width };
  const source = makeSource(bytes, fail, makeBudget(bytes.length, undefined, fail));
  return [...readChunks(source, 0, filters.length > 0 ? message : undefined, extent, fail)];
}

const chunks: readonly Chunk[] = [
  [0, 0, [1, 2, 4, 5]],
  [0, 2, [3, 0, 6, 0]],
  [2, 0, [7, 8, 0, 0]],
  [2, 2, [9, 0, 0, 0]],
];

Deno.test("readChunks() joins chunks, and leaves out what is beyond the dataset", () => {
  assertEquals(read(chunks, 1), [1, 2, 3, 4, 5, 6, 7, 8, 9]);
});

Deno.test("readChunks() undoes gzip, then shuffle", () => {
  const filtered = chunks.map(([row, column, data]) => {
    const shuffled = [...data, ...data.map((n) => n + 16)]; // low bytes, then high bytes
    return [row, column, [...deflateSync(Uint8Array.from(shuffled))]] as const;
  });
  const expected = [1, 2, 3, 4, 5, 6, 7, 8, 9].flatMap((n) => [n, n + 16]);
  assertEquals(read(filtered, 2, [2, 1]), expected);
});

Deno.test("readChunks() refuses chunks that do not fill their dataset", () => {
  const refuse = (chunks: readonly Chunk[], problem: string, filters: number[] = []) =>
    assertThrows(() => read(chunks, 1, filters), SyntaxError, problem);
  refuse(chunks.slice(0, 2), "holds chunks of length 8, their dataset asks for 9");
  refuse(chunks.slice(0, 3), "holds chunks of length 8, their dataset asks for 9");
  refuse([...chunks.slice(0, 3), [4, 0, [0, 0, 0, 0]]], "a chunk beyond its dataset");
  refuse([[0, 0, [1, 2, 4]], ...chunks.slice(1)], "a chunk of length 3, expected 4");
  refuse(chunks, "packed by filter 5, expected 1 (gzip) or 2 (shuffle)", [5]);
  refuse(chunks, "5 is nbit", [5]);
  refuse(chunks, "packed by filter 77, expected 1 (gzip)", [77]);
});
