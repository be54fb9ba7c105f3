// Files of PyTorch, put together opcode by opcode.
import { crc32, deflateRawSync } from "node:zlib";

/** Pickle opcodes of short texts, of numbers below 256, and of bytes as they are. */
export function bytesOf(...parts: (string | number | readonly number[])[]): number[] {
  return parts.flatMap((part) => {
    if (typeof part === "number") return [0x4b, part];
    if (typeof part !== "string") return part;
    const text = new TextEncoder().encode(part);
    return [0x8c, text.length, ...text];
  });
}

/** The bytes of a text. */
export function ascii(text: string): number[] {
  return [...new TextEncoder().encode(text)];
}

/** Opcodes by their names in Python's pickletools, in camelCase. */
export const mark = [0x28];
export const tuple = [0x74];
export const reduce = [0x52];
export const emptyTuple = [0x29];
export const persist = [0x51];
export const stop = [0x2e];

/** The opcode of a Python object by its name. */
export function global(module: string, name: string): number[] {
  return ascii(`c${module}\n${name}\n`);
}

/** The opcodes of the storage "0" of so many float32 numbers. */
export function storage(size: number): number[] {
  const type = global("torch", "FloatStorage");
  return bytesOf(mark, "storage", type, "0", "cpu", size, tuple, persist);
}

/** The opcodes of a tensor; every argument is opcodes itself. */
export function rebuilt(
  from: number[],
  offset: number[],
  shape: number[],
  strides: number[],
): number[] {
  return bytesOf(
    global("torch._utils", "_rebuild_tensor_v2"),
    mark,
    from,
    offset,
    [...mark, ...shape, ...tuple],
    [...mark, ...strides, ...tuple],
    [0x89],
    bytesOf(global("collections", "OrderedDict"), emptyTuple, reduce),
    tuple,
    reduce,
  );
}

/** The opcodes of a vector of the two numbers of the storage "0". */
export const vector = rebuilt(storage(2), bytesOf(0), bytesOf(2), bytesOf(1));

/** Bytes of a number, the lowest first. */
export function little(n: number, width: number): number[] {
  return Array.from({ length: width }, (_, i) => Math.floor(n / 256 ** i) % 256);
}

/** An archive of stored files, as PyTorch writes it, or of deflated ones. */
export function zip(
  files: Readonly<Record<string, ArrayLike<number>>>,
  { deflated = false } = {},
): Uint8Array<ArrayBuffer> {
  const parts: Uint8Array[] = [];
  const list: number[] = [];
  let at = 0;
  for (const [name, content] of Object.entries(files)) {
    const bytes = new Uint8Array(content);
    const packed = deflated ? new Uint8Array(deflateRawSync(bytes)) : bytes;
    const header = [0, 0, 0, 0, deflated ? 8 : 0, 0, 0, 0, 0, 0].concat(
      little(crc32(bytes), 4),
      little(packed.length, 4),
      little(bytes.length, 4),
      little(name.length, 2),
      [0, 0],
    );
    list.push(...ascii("PK\x01\x02"), 0, 0, ...header, ...new Array(10).fill(0));
    list.push(...little(at, 4), ...ascii(name));
    parts.push(Uint8Array.from([...ascii("PK\x03\x04"), ...header, ...ascii(name)]), packed);
    at += 30 + name.length + packed.length;
  }
  const count = little(Object.keys(files).length, 2);
  parts.push(Uint8Array.from([
    ...list,
    ...ascii("PK\x05\x06"),
    ...[0, 0, 0, 0, ...count, ...count, ...little(list.length, 4), ...little(at, 4), 0, 0],
  ]));
  const out = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let to = 0;
  for (const part of parts) {
    out.set(part, to);
    to += part.length;
  }
  return out;
}

/** A checkpoint of one pickle and one storage, whose numbers are 1 and 2. */
export function checkpoint(
  ...pickle: (string | number | readonly number[])[]
): Uint8Array<ArrayBuffer> {
  return zip({
    "x/data.pkl": bytesOf([0x80, 2], ...pickle, stop),
    "x/byteorder": ascii("little"),
    "x/data/0": [0, 0, 128, 63, 0, 0, 0, 64],
  });
}
