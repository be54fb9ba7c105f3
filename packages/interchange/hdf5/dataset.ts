import { decodeNumbers } from "../dtypes.ts";
import { type Extent, readChunks } from "./chunks.ts";
import { type Datatype, readDatatype } from "./datatype.ts";
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
