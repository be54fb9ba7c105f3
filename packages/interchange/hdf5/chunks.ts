import { objectBytes } from "../budget.ts";
import type { Fail } from "../reading.ts";
import { readFilters } from "./filters.ts";
import type { Message } from "./messages.ts";
import { nowhere, type Source, unwritten } from "./source.ts";
import { readTree } from "./tree.ts";

/** The size of a dataset. */
export interface Extent {
  /** The extents. */
  readonly shape: readonly number[];
  /** Bytes of an element. */
  readonly width: number;
  /** Bytes of all elements. */
  readonly length: number;
}

const rest = "the others were never written, so that only a fill value is there";

/**
 * Reads data that lies in blocks, which may be compressed.
 *
 * @param refuse Called if the file may be sound, but its data is incomplete or packed by an unknown
 * filter.
 */
export function readChunks(
  source: Source,
  at: number,
  filters: Message | undefined,
  { shape, width, length }: Extent,
  refuse: Fail,
): Uint8Array {
  const { uint, fail, spend, slice } = source;
  const rank = shape.length;
  if (uint(at, 1) !== rank + 1) fail("holds chunks of another number of axes than their dataset");
  const tree = uint(at + 1, 8);
  const chunk = shape.map((_, axis) => uint(at + 9 + 4 * axis, 4));
  const chunkBytes = chunk.reduce((product, n) => product * n, width);
  if (chunkBytes === 0) fail("holds chunks without elements");
  if (length === 0) return new Uint8Array(0);
  const unfilter = readFilters(source, filters?.at, refuse);
  if (tree >= nowhere) refuse(unwritten);
  const chunks = readTree(source, tree, 1, 16 + 8 * rank);
  const available = chunks.length * chunkBytes;
  if (available < length) {
    refuse(`holds chunks of length ${available}, their dataset asks for ${length}: ${rest}`);
  }
  const out = new Uint8Array(length);
  let copied = 0;
  for (const { key, child } of chunks) {
    const stored = slice(child, uint(key, 4));
    // Chunks may share a long stream that unpacks to little.
    spend(4 * objectBytes + chunkBytes + 4 * stored.length);
    const data = unfilter(stored, chunkBytes, width, uint(key + 4, 4));
    if (data.length !== chunkBytes) {
      fail(`holds a chunk of length ${data.length}, expected ${chunkBytes}`);
    }
    const start = shape.map((_, axis) => uint(key + 8 + 8 * axis, 8));
    if (start.some((n, axis) => n >= shape[axis])) fail("holds a chunk beyond its dataset");
    copied += copyChunk(data, { start, chunk, shape, width }, out);
  }
  if (copied !== length) {
    refuse(`holds chunks of length ${copied}, their dataset asks for ${length}: ${rest}`);
  }
  return out;
}

/**
 * Copies the part of a chunk that lies within its dataset.
 *
 * @returns How many bytes it copied.
 */
function copyChunk(
  data: Uint8Array,
  { start, chunk, shape, width }: {
    readonly start: readonly number[];
    readonly chunk: readonly number[];
    readonly shape: readonly number[];
    readonly width: number;
  },
  out: Uint8Array,
): number {
  // Rows of the last axes that the chunk holds whole are one row.
  let last = shape.length - 1;
  let unit = width;
  while (last > 0 && chunk[last] === shape[last] && start[last] === 0) unit *= shape[last--];
  if (last < 0) {
    out.set(data);
    return data.length;
  }
  const inside = shape.map((extent, axis) => Math.min(chunk[axis], extent - start[axis]));
  const row = inside[last] * unit;
  const loops: { readonly count: number; readonly from: number; readonly to: number }[] = [];
  let [fromStep, toStep, first] = [unit, unit, 0];
  for (let axis = last; axis >= 0; axis--) {
    first += start[axis] * toStep;
    // An axis of one element needs no loop: there may be many.
    if (axis < last && inside[axis] > 1) {
      loops.unshift({ count: inside[axis], from: fromStep, to: toStep });
    }
    fromStep *= chunk[axis];
    toStep *= shape[axis];
  }
  let copied = 0;
  const copyRow = (from: number, to: number) => {
    // For a few bytes, a loop is faster than a view.
    if (row < 32) { for (let i = 0; i < row; i++) out[to + i] = data[from + i]; }
    else out.set(data.subarray(from, from + row), to);
    copied += row;
  };
  const copyRows = (depth: number, from: number, to: number) => {
    if (depth === loops.length) return copyRow(from, to);
    const loop = loops[depth];
    for (let i = 0; i < loop.count; i++) {
      copyRows(depth + 1, from + i * loop.from, to + i * loop.to);
    }
  };
  copyRows(0, 0, first);
  return copied;
}
