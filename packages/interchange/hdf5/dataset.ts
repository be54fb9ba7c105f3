import { objectBytes } from "../budget.ts";
import { decodeDoubles, decodeNumbers } from "../dtypes.ts";
import type { Fail } from "../reading.ts";
import { type Extent, readChunks } from "./chunks.ts";
import { type Datatype, readDatatype } from "./datatype.ts";
import type { makeHeaps } from "./heap.ts";
import { findMessage, kinds, type Message } from "./messages.ts";
import { nowhere, type Source, unwritten } from "./source.ts";

/** The most axes of a dataset. */
const maxRank = 32;

/** The most elements of a tensor. */
const mostElements = 2 ** 31;

/** An array of numbers or of texts. Every call of a function decodes its elements anew. */
export interface Dataset {
  /** The extents; empty for a single element. */
  readonly shape: readonly number[];
  /** The kind of the elements. */
  readonly kind: "numbers" | "texts" | "other";
  /**
   * The elements as float32, row-major.
   *
   * @param refuse Called if the file may be sound, but its elements are not read: they are of
   * another type, beyond float32, or packed by an unknown filter. Fails if missing.
   */
  floats(refuse?: Fail): Float32Array;
  /** The elements as doubles. */
  doubles(refuse?: Fail): Float64Array;
  /** The elements as texts. */
  texts(refuse?: Fail): string[];
}

/** Reads the parts of a dataset that describe its elements. */
export function readDataset(
  source: Source,
  messages: readonly Message[],
  heapAt: ReturnType<typeof makeHeaps>,
): Dataset {
  const [space, type, layout] = [kinds.dataspace, kinds.datatype, kinds.layout].map((kind) =>
    findMessage(messages, kind) ?? source.fail("holds an object that is no group and no dataset")
  );
  const shape = readShape(source, space.at);
  const datatype = readDatatype(source, type.at);
  const size = shape.reduce((product, n) => product * n, 1);
  // Other shapes of such extents are beyond every budget.
  const inexact = size === 0 ? shape.find((extent) => !Number.isSafeInteger(extent)) : undefined;
  if (inexact !== undefined) source.fail(`holds a shape with the extent ${inexact}`);
  const read = (refuse: Fail) =>
    readRaw(source, layout.at, findMessage(messages, kinds.filters), {
      shape,
      width: datatype.bytes,
      length: size * datatype.bytes,
    }, refuse);
  /** The type, if it is of numbers. */
  const numberType = (refuse: Fail): string => {
    if (datatype.kind === "number") return datatype.dtype;
    return refuse(datatype.kind === "other" ? datatype.problem : "holds texts, expected numbers");
  };
  return {
    shape,
    kind: datatype.kind === "number" ? "numbers" : datatype.kind === "other" ? "other" : "texts",
    floats: (refuse = source.fail) => {
      const dtype = numberType(refuse);
      source.spend(4 * size);
      if (size > mostElements) refuse(`holds ${size} numbers, more than a tensor can`);
      return decodeNumbers(read(refuse), dtype, (problem) => refuse(`holds ${problem}`));
    },
    doubles: (refuse = source.fail) => {
      const dtype = numberType(refuse);
      source.spend(8 * size);
      return decodeDoubles(read(refuse), dtype, (problem) => refuse(`holds ${problem}`));
    },
    texts: (refuse = source.fail) => {
      if (datatype.kind === "other") return refuse(datatype.problem);
      if (datatype.kind === "number") return refuse("holds numbers, expected texts");
      source.spend(2 * objectBytes * size);
      return decodeTexts(source, datatype, read(refuse), heapAt, refuse);
    },
  };
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
  refuse: Fail,
): Uint8Array {
  const { uint, fail, slice, spend } = source;
  const [version, layout] = [uint(at, 1), uint(at + 1, 1)];
  if (version !== 3) refuse(`holds data in a layout of version ${version}, expected 3`);
  spend(extent.length);
  if (layout === 2) return readChunks(source, at + 2, filters, extent, refuse);
  if (filters !== undefined) fail("holds packed data that is not in chunks");
  const [from, size] = layout === 0
    ? [at + 4, uint(at + 2, 2)]
    : [uint(at + 2, 8), uint(at + 10, 8)];
  if (layout > 2) fail(`holds data in the unknown layout ${layout}`);
  if (extent.length === 0 && (size === 0 || from >= nowhere)) return new Uint8Array(0);
  if (size !== extent.length) {
    fail(`holds data of length ${size}, its shape and type ask for ${extent.length}`);
  }
  if (from >= nowhere) refuse(unwritten);
  return slice(from, extent.length);
}

function decodeTexts(
  source: Source,
  { kind, bytes }: Datatype,
  raw: Uint8Array,
  heapAt: ReturnType<typeof makeHeaps>,
  refuse: Fail,
): string[] {
  const view = new DataView(raw.buffer, raw.byteOffset, raw.length);
  return Array.from({ length: raw.length / bytes }, (_, i) => {
    const at = i * bytes;
    if (kind !== "heap text") {
      const element = raw.subarray(at, at + bytes);
      const end = element.indexOf(0);
      return source.decode(end < 0 ? element : element.subarray(0, end), refuse);
    }
    // The length, the address of a global heap, and the number of the object there.
    const [length, index] = [view.getUint32(at, true), view.getUint32(at + 12, true)];
    if (length === 0) return "";
    const object = heapAt(Number(view.getBigUint64(at + 4, true))).get(index);
    if (object === undefined || object.length < length) {
      source.fail(`refers to a text ${index} that its heap does not hold`);
    }
    return source.decode(object.subarray(0, length), refuse);
  });
}
