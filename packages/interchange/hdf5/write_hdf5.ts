import type { Fail } from "../reading.ts";
import { Body } from "./body.ts";
import { none, pad8, u16, u32, u64 } from "./encode.ts";
import { type Link, tableRank, treeRank, writeSymbols } from "./write_symbols.ts";

/**
 * A dataset for `writeHdf5`: numbers (stored as float32 or float64), integers (as int64), or texts.
 */
export interface NewDataset {
  /** The extents; empty for a single value. */
  readonly shape: readonly number[];
  /** The elements, row-major. Texts hold no character 0. */
  readonly values: Float32Array | Float64Array | readonly number[] | readonly string[];
}

/** Groups and datasets by name. */
export type NewGroup = Map<string, NewGroup | NewDataset>;

/** The most axes of a dataset. */
export const maxRank = 32;
/** The most links that lie in the header of their group, in their order. */
const mostInHeader = 1000;
/** The longest name in a header, in bytes: the size of a message has 16 bits. */
const longestInHeader = 65_000;

/** A message of an object header. */
type NewMessage = readonly [kind: number, ...content: ArrayLike<number>[]];

/**
 * The parts of an object header of version 1: less than 65,536 messages of less than 65,536 bytes.
 */
function makeHeader(messages: readonly NewMessage[]): ArrayLike<number>[] {
  const parts: ArrayLike<number>[] = [[]];
  let size = 0;
  for (const [kind, ...content] of messages) {
    const length = content.reduce((sum, part) => sum + part.length, 0);
    const padded = pad8(length);
    parts.push([...u16(kind), ...u16(padded), 0, 0, 0, 0], ...content);
    if (padded > length) parts.push(new Array<number>(padded - length).fill(0));
    size += 8 + padded;
  }
  parts[0] = [1, 0, ...u16(messages.length), ...u32(1), ...u32(size), ...u32(0)];
  return parts;
}

/** The type message of a dataset, and its bytes. */
function encodeValues(
  values: NewDataset["values"],
  allocate: (size: number) => Uint8Array<ArrayBuffer>,
): { type: number[]; data: Uint8Array } {
  if (values instanceof Float32Array) {
    const data = allocate(4 * values.length);
    const view = new DataView(data.buffer);
    values.forEach((value, i) => view.setFloat32(4 * i, value, true));
    const layout = [...u16(0), ...u16(32), 23, 8, 0, 23, ...u32(127)];
    return { type: [0x11, 0x20, 31, 0, ...u32(4), ...layout], data };
  }
  if (values instanceof Float64Array) {
    const data = allocate(8 * values.length);
    const view = new DataView(data.buffer);
    values.forEach((value, i) => view.setFloat64(8 * i, value, true));
    const layout = [...u16(0), ...u16(64), 52, 11, 0, 52, ...u32(1023)];
    return { type: [0x11, 0x20, 63, 0, ...u32(8), ...layout], data };
  }
  if (values.every((value) => typeof value === "number")) {
    const data = allocate(8 * values.length);
    const view = new DataView(data.buffer);
    values.forEach((value, i) => view.setBigInt64(8 * i, BigInt(value), true));
    return { type: [0x10, 0x08, 0, 0, ...u32(8), ...u16(0), ...u16(64)], data };
  }
  const texts = values.map((value) => new TextEncoder().encode(String(value)));
  const width = texts.reduce((longest, { length }) => Math.max(longest, length), 1);
  const data = allocate(width * texts.length);
  texts.forEach((text, i) => data.set(text, i * width));
  // Padded with zeros, in UTF-8.
  return { type: [0x13, 0x11, 0, 0, ...u32(width)], data };
}

/**
 * Writes groups and datasets as an HDF5 file that the HDF5 library reads: the oldest superblock,
 * object headers of version 1, contiguous data, and groups with their links in their headers. A
 * group of more links than 1,000, or of a very long name, has a B-tree, which sorts them by name.
 *
 * @param fail Called if the file would be too large.
 */
export function writeHdf5(root: NewGroup, fail: Fail): Uint8Array<ArrayBuffer> {
  const allocate = (size: number): Uint8Array<ArrayBuffer> => {
    try {
      return new Uint8Array(size);
    } catch {
      return fail(`would take ${size} bytes, more than there are`);
    }
  };
  const body = new Body();
  const putDataset = ({ shape, values }: NewDataset): number => {
    const { type, data } = encodeValues(values, allocate);
    const address = data.length === 0 ? none : u64(body.append([data]));
    return body.append(makeHeader([
      [0x01, [1, shape.length, 0, 0, 0, 0, 0, 0], ...shape.map(u64)],
      [0x03, type],
      [0x05, [2, 2, 0, 1], u32(0)],
      [0x08, [3, 1], address, u64(data.length)],
    ]));
  };
  const putGroup = (group: NewGroup): number => {
    const links = Array.from(group, ([name, member]): Link => [
      new TextEncoder().encode(name),
      member instanceof Map ? putGroup(member) : putDataset(member),
    ]);
    if (
      links.length > mostInHeader || links.some(([name]) => name.length > longestInHeader)
    ) {
      return body.append(makeHeader([[0x11, writeSymbols(links, body)]]));
    }
    return body.append(makeHeader([
      [0x02, [0, 0], none, none],
      [0x0a, [0, 0]],
      // The length of the name takes two bytes, and the name is UTF-8.
      ...links.map(([name, address]): NewMessage => [
        ...[0x06, [1, 0x11, 1], u16(name.length), name, u64(address)] as const,
      ]),
    ]));
  };

  const rootAt = putGroup(root);
  const file = allocate(body.end);
  file.set([
    ...[0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a],
    ...[0, 0, 0, 0, 0, 8, 8, 0, ...u16(tableRank), ...u16(treeRank), ...u32(0)],
    ...[...u64(0), ...none, ...u64(body.end), ...none],
    ...[...u64(0), ...u64(rootAt), ...new Array<number>(24).fill(0)],
  ]);
  body.copyTo(file);
  return file;
}
