import { decodeNumbers } from "../dtypes.ts";
import { inflate } from "../inflate.ts";
import { type Datatype, readDatatype } from "./datatype.ts";
import { readTree } from "./groups.ts";
import { findMessage, kinds, type Message } from "./messages.ts";
import { nowhere, type Source } from "./source.ts";

/** The most axes of a dataset. */
const maxRank = 32;

/** An array of numbers or of texts. The shape of a single element is empty. */
export interface Dataset {
  /** The extents. */
  readonly shape: readonly number[];
  /** The elements, row-major. */
  readonly values: Float32Array | readonly string[];
}

/** Reads a dataset with all of its elements. */
export function readDataset(source: Source, messages: readonly Message[]): Dataset {
  const [space, type, layout] = [kinds.dataspace, kinds.datatype, kinds.layout].map((kind) =>
    findMessage(messages, kind) ?? source.fail("holds an object that is no group and no dataset")
  );
  const shape = readShape(source, space.at);
  const datatype = readDatatype(source, type.at);
  const size = shape.reduce((product, n) => product * n, 1);
  const raw = readRaw(source, layout.at, findMessage(messages, kinds.filters), {
    shape,
    width: datatype.bytes,
    length: size * datatype.bytes,
  });
  return { shape, values: decodeElements(source, datatype, raw) };
}

function readShape({ uint, fail }: Source, at: number): number[] {
  const [version, rank] = [uint(at, 1), uint(at + 1, 1)];
  if (version !== 1 && version !== 2) fail(`holds a shape of version ${version}, expected 1 or 2`);
  if (rank > maxRank) fail(`holds a shape of ${rank} axes, expected at most ${maxRank}`);
  if (version === 2 && uint(at + 3, 1) === 2) return [0];
  const first = at + (version === 1 ? 8 : 4);
  return Array.from({ length: rank }, (_, axis) => uint(first + 8 * axis, 8));
}

/** The size of a dataset. */
interface Extent {
  readonly shape: readonly number[];
  /** Bytes of an element. */
  readonly width: number;
  /** Bytes of all elements. */
  readonly length: number;
}

function readRaw(
  source: Source,
  at: number,
  filters: Message | undefined,
  extent: Extent,
): Uint8Array {
  const { uint, fail, slice } = source;
  const [version, layout] = [uint(at, 1), uint(at + 1, 1)];
  if (version !== 3) fail(`holds data in a layout of version ${version}, expected 3`);
  source.countMemory(extent.length);
  if (layout === 2) return readChunks(source, at + 2, filters, extent);
  if (filters !== undefined) fail("holds packed data that is not in chunks");
  const [from, size] = layout === 0
    ? [at + 4, uint(at + 2, 2)]
    : [uint(at + 2, 8), uint(at + 10, 8)];
  if (layout > 2) fail(`holds data in the unknown layout ${layout}`);
  if (size !== extent.length && !(layout === 1 && from >= nowhere && extent.length === 0)) {
    fail(`holds data of ${size} bytes, its shape and type ask for ${extent.length}`);
  }
  return extent.length === 0 ? new Uint8Array(0) : slice(from, extent.length);
}

/** Reads data that lies in blocks, which may be compressed. */
function readChunks(
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

function decodeElements(source: Source, type: Datatype, raw: Uint8Array): Float32Array | string[] {
  const { fail } = source;
  if (type.kind === "number") {
    return decodeNumbers(raw, type.dtype, (problem) => fail(`holds ${problem}`));
  }
  const count = raw.length / type.bytes;
  source.countWork(count);
  const elements = Array.from(
    { length: count },
    (_, i) => raw.subarray(i * type.bytes, (i + 1) * type.bytes),
  );
  return elements.map((element) => {
    if (type.kind === "heap text") return readHeapText(source, element);
    const end = element.indexOf(0);
    return source.decode(end < 0 ? element : element.subarray(0, end));
  });
}

/** Reads a text of a global heap, by its length, the heap's address and its number there. */
function readHeapText(source: Source, element: Uint8Array): string {
  const view = new DataView(element.buffer, element.byteOffset, element.length);
  const [length, index] = [view.getUint32(0, true), view.getUint32(12, true)];
  if (length === 0) return "";
  const object = source.heap(Number(view.getBigUint64(4, true))).get(index);
  if (object === undefined || object.length < length) {
    return source.fail(`refers to a text ${index} that its heap does not hold`);
  }
  source.countWork(length);
  return source.decode(object.subarray(0, length));
}
