// Files of PyTorch, put together opcode by opcode.

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

/** An archive of stored files, as PyTorch writes it. */
export function zip(files: Readonly<Record<string, readonly number[]>>): Uint8Array<ArrayBuffer> {
  const out: number[] = [];
  const list: number[] = [];
  const u16 = (n: number) => [n & 255, n >> 8 & 255];
  const u32 = (n: number) => [...u16(n), ...u16(n >>> 16)];
  for (const [name, content] of Object.entries(files)) {
    const sizes = [...u32(0), ...u32(content.length), ...u32(content.length)];
    const names = [...u16(name.length), ...u16(0)];
    const at = u32(out.length);
    out.push(...ascii("PK\x03\x04"), ...u16(0), ...u16(0), ...u16(0), ...u32(0), ...sizes);
    out.push(...names, ...ascii(name));
    for (const byte of content) out.push(byte);
    list.push(...ascii("PK\x01\x02"), ...u32(0), ...u16(0), ...u16(0), ...u32(0), ...sizes);
    list.push(...names, ...u16(0), ...u16(0), ...u16(0), ...u32(0), ...at, ...ascii(name));
  }
  const count = u16(Object.keys(files).length);
  const end = [...u32(0), ...count, ...count, ...u32(list.length), ...u32(out.length), ...u16(0)];
  return Uint8Array.from([...out, ...list, ...ascii("PK\x05\x06"), ...end]);
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
