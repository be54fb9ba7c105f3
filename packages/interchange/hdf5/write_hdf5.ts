/** A dataset for `writeHdf5`: numbers (stored as float32), integers (as int64), or texts. */
export interface NewDataset {
  /** The extents; empty for a single value. */
  readonly shape: readonly number[];
  /** The elements, row-major. */
  readonly values: Float32Array | readonly number[] | readonly string[];
}

/** Groups and datasets by name. */
export type NewGroup = Map<string, NewGroup | NewDataset>;

/** The address that means none. */
const none = 0xffffffffffffffffn;

// Numbers as little-endian bytes.
function u16(n: number): number[] {
  return [n & 255, n >> 8];
}
function u32(n: number): number[] {
  return [...u16(n & 0xffff), ...u16(n >>> 16)];
}
function u64(n: number | bigint): number[] {
  return [...new Uint8Array(BigUint64Array.of(BigInt(n)).buffer)];
}

/** Adds zeros up to a multiple of 8. */
function pad(bytes: readonly number[]): number[] {
  return [...bytes, ...new Array<number>((8 - bytes.length % 8) % 8).fill(0)];
}

/** An object header of version 1. */
function makeHeader(
  messages: readonly (readonly [kind: number, content: readonly number[]])[],
): Uint8Array {
  const content = messages.flatMap(([kind, bytes]) => {
    const body = pad(bytes);
    return [...u16(kind), ...u16(body.length), 0, 0, 0, 0, ...body];
  });
  const counts = [...u16(messages.length), ...u32(1), ...u32(content.length), ...u32(0)];
  return Uint8Array.from([1, 0, ...counts, ...content]);
}

/** The type message of a dataset, and its bytes. */
function encodeValues(values: NewDataset["values"]): { type: number[]; data: Uint8Array } {
  if (values instanceof Float32Array) {
    const data = new Uint8Array(4 * values.length);
    const view = new DataView(data.buffer);
    values.forEach((value, i) => view.setFloat32(4 * i, value, true));
    const layout = [...u16(0), ...u16(32), 23, 8, 0, 23, ...u32(127)];
    return { type: [0x11, 0x20, 31, 0, ...u32(4), ...layout], data };
  }
  if (values.every((value) => typeof value === "number")) {
    const data = new Uint8Array(8 * values.length);
    const view = new DataView(data.buffer);
    values.forEach((value, i) => view.setBigInt64(8 * i, BigInt(value), true));
    return { type: [0x10, 0x08, 0, 0, ...u32(8), ...u16(0), ...u16(64)], data };
  }
  const texts = values.map((value) => new TextEncoder().encode(String(value)));
  const width = Math.max(1, ...texts.map((text) => text.length));
  const data = new Uint8Array(width * texts.length);
  texts.forEach((text, i) => data.set(text, i * width));
  // Padded with zeros, in UTF-8.
  return { type: [0x13, 0x11, 0, 0, ...u32(width)], data };
}

/**
 * Writes groups and datasets as an HDF5 file that the HDF5 library reads: the oldest superblock,
 * object headers of version 1, groups with their links in their headers, and contiguous data.
 */
export function writeHdf5(root: NewGroup): Uint8Array<ArrayBuffer> {
  const parts: Uint8Array[] = [];
  let end = 96;
  /** Appends bytes at a multiple of 8, and returns their address. */
  const append = (bytes: Uint8Array): number => {
    const at = end;
    parts.push(bytes, new Uint8Array((8 - bytes.length % 8) % 8));
    end += 8 * Math.ceil(bytes.length / 8);
    return at;
  };
  const putDataset = ({ shape, values }: NewDataset): number => {
    const { type, data } = encodeValues(values);
    const place = data.length === 0 ? none : append(data);
    return append(makeHeader([
      [0x01, [1, shape.length, 0, 0, 0, 0, 0, 0, ...shape.flatMap(u64)]],
      [0x03, type],
      [0x05, [2, 2, 0, 1, ...u32(0)]],
      [0x08, [3, 1, ...u64(place), ...u64(data.length)]],
    ]));
  };
  const putGroup = (group: NewGroup): number => {
    const links = Array.from(group, ([name, member]) => {
      const address = member instanceof Map ? putGroup(member) : putDataset(member);
      const text = new TextEncoder().encode(name);
      // The length of the name takes two bytes, and the name is UTF-8.
      return [0x06, [1, 0x11, 1, ...u16(text.length), ...text, ...u64(address)]] as const;
    });
    const info = [0, 0, ...u64(none), ...u64(none)];
    return append(makeHeader([[0x02, info], [0x0a, [0, 0]], ...links]));
  };

  const rootAt = putGroup(root);
  const file = new Uint8Array(end);
  file.set([
    ...[0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a],
    ...[0, 0, 0, 0, 0, 8, 8, 0, ...u16(4), ...u16(16), ...u32(0)],
    ...[...u64(0), ...u64(none), ...u64(end), ...u64(none)],
    ...[...u64(0), ...u64(rootAt), ...new Array<number>(24).fill(0)],
  ]);
  let at = 96;
  for (const part of parts) {
    file.set(part, at);
    at += part.length;
  }
  return file;
}
