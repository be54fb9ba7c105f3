import { inflate } from "../inflate.ts";
import type { Message } from "./messages.ts";
import type { Source } from "./source.ts";
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

/** Reads data that lies in blocks, which may be compressed. */
export function readChunks(
  source: Source,
  at: number,
  filters: Message | undefined,
  { shape, width, length }: Extent,
): Uint8Array {
  const { uint, fail, countMemory, slice } = source;
  const rank = shape.length;
  if (uint(at, 1) !== rank + 1) fail("holds chunks of another number of axes than their dataset");
  const tree = uint(at + 1, 8);
  const chunk = shape.map((_, axis) => uint(at + 9 + 4 * axis, 4));
  const chunkBytes = chunk.reduce((product, n) => product * n, width);
  if (chunkBytes === 0) fail("holds chunks without elements");
  if (length === 0) return new Uint8Array(0);
  const unfilter = filters === undefined ? undefined : readFilters(source, filters.at);
  const chunks = readTree(source, tree, 1, 16 + 8 * rank);
  const available = chunks.length * chunkBytes;
  if (available < length) {
    fail(`holds chunks of ${available} bytes, their dataset asks for ${length}`);
  }
  const out = new Uint8Array(length);
  let copied = 0;
  for (const { key, child } of chunks) {
    if (uint(key + 4, 4) !== 0) fail("holds a chunk that is packed otherwise than the rest");
    countMemory(chunkBytes);
    const stored = slice(child, uint(key, 4));
    const data = unfilter === undefined ? stored : unfilter(stored, chunkBytes, width);
    if (data.length !== chunkBytes) {
      fail(`holds a chunk of ${data.length} bytes, expected ${chunkBytes}`);
    }
    const start = shape.map((_, axis) => uint(key + 8 + 8 * axis, 8));
    if (start.some((n, axis) => n >= shape[axis])) fail("holds a chunk beyond its dataset");
    copied += copyChunk(data, { start, chunk, shape, width }, out);
  }
  if (copied !== length) fail(`holds chunks of ${copied} bytes, their dataset asks for ${length}`);
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
  let copied = 0;
  const copyRows = (axis: number, from: number, to: number) => {
    const inside = Math.min(chunk[axis], shape[axis] - start[axis]);
    if (axis === shape.length - 1) {
      const at = (to * shape[axis] + start[axis]) * width;
      const first = from * chunk[axis] * width;
      out.set(data.subarray(first, first + inside * width), at);
      copied += inside * width;
      return;
    }
    for (let i = 0; i < inside; i++) {
      copyRows(axis + 1, from * chunk[axis] + i, to * shape[axis] + start[axis] + i);
    }
  };
  copyRows(0, 0, 0);
  return copied;
}

type Unfilter = (data: Uint8Array, size: number, width: number) => Uint8Array;

/** Returns a function that undoes the filters of a pipeline, the last one first. */
function readFilters({ uint, fail }: Source, at: number): Unfilter {
  const [version, count] = [uint(at, 1), uint(at + 1, 1)];
  if (version !== 1) fail(`holds filters of version ${version}, expected 1`);
  const undo: Unfilter[] = [];
  let next = at + 8;
  for (let i = 0; i < count; i++) {
    const [id, nameLength, values] = [uint(next, 2), uint(next + 2, 2), uint(next + 6, 2)];
    next += 8 + 8 * Math.ceil(nameLength / 8) + 4 * (values + values % 2);
    // A stream of zlib is a stream of deflate between 2 and 4 other bytes.
    if (id === 1) undo.unshift((data, size) => inflate(data.subarray(2, -4), size, fail));
    else if (id === 2) undo.unshift(unshuffle);
    else fail(`holds data packed by filter ${id}, expected 1 (gzip) or 2 (shuffle)`);
  }
  return (data, size, width) => undo.reduce((stored, f) => f(stored, size, width), data);
}

/**
 * Undoes a shuffle: the first bytes of all elements come first, then their second bytes, and so on.
 */
function unshuffle(data: Uint8Array, _: number, width: number): Uint8Array {
  const count = Math.floor(data.length / width);
  const out = Uint8Array.from(data); // not slice(), which is a view where data is a Buffer of Node
  for (let i = 0; i < count; i++) {
    for (let byte = 0; byte < width; byte++) out[i * width + byte] = data[byte * count + i];
  }
  return out;
}
