import { type Backend, type Tensor, tensor } from "@spikeloop/tensor";
import { dtypes } from "./dtypes.ts";
import { type Entry, fail, readHeader } from "./safetensors_header.ts";

/** What a safetensors file holds. */
export interface Safetensors {
  /** Tensors by name. */
  readonly tensors: Readonly<Record<string, Tensor>>;
  /** Free text by name. */
  readonly metadata: Readonly<Record<string, string>>;
}

function readNumbers(view: DataView, { name, dtype, begin, end }: Entry): Float32Array {
  const { bytes, read, wide } = dtypes[dtype];
  const numbers = new Float32Array((end - begin) / bytes);
  for (let i = 0; i < numbers.length; i++) {
    const value = read(view, begin + i * bytes);
    numbers[i] = value;
    if (wide && numbers[i] !== value) {
      fail(`tensor "${name}" holds ${value}, which float32 cannot hold exactly`);
    }
  }
  return numbers;
}

/**
 * Reads a safetensors file: F64, F32, F16, BF16, integers and BOOL, all as float32 (integers that float32 cannot hold
 * exactly are an error).
 *
 * @throws {SyntaxError} that says what is wrong with the file; nothing outside of it is read, and no more memory is
 * taken than its size asks for.
 *
 * @example
 * ```ts
 * import { readSafetensors, writeSafetensors } from "@spikeloop/interchange";
 * import { tensor } from "@spikeloop/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const file = writeSafetensors({ "conn.bias": tensor([1, 2]) }, { made: "by hand" });
 * const { tensors, metadata } = readSafetensors(file);
 * assertEquals([...tensors["conn.bias"].dataSync(), metadata.made], [1, 2, "by hand"]);
 * ```
 */
export function readSafetensors(
  bytes: Uint8Array,
  options: { readonly backend?: Backend } = {},
): Safetensors {
  if (!(bytes instanceof Uint8Array)) {
    throw new TypeError(
      `Cannot read a safetensors file from ${String(bytes)}: expected a Uint8Array`,
    );
  }
  const { entries, metadata, dataAt } = readHeader(bytes);
  const view = new DataView(bytes.buffer, bytes.byteOffset + dataAt, bytes.length - dataAt);
  const tensors: Record<string, Tensor> = Object.create(null);
  for (const entry of entries) {
    tensors[entry.name] = tensor(readNumbers(view, entry), entry.shape, options);
  }
  return { tensors, metadata };
}

/**
 * Writes tensors that are on the CPU as a safetensors file, F32, sorted by name: the same bytes for the same tensors.
 *
 * @throws {TypeError} if a tensor is on a device (read it back first), a name is `__metadata__`, or metadata is not
 * text.
 */
export function writeSafetensors(
  tensors: Readonly<Record<string, Tensor>>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array<ArrayBuffer> {
  const names = Object.keys(tensors).sort();
  if (names.includes("__metadata__")) {
    throw new TypeError(
      'Cannot write a tensor named "__metadata__": the format uses that name itself',
    );
  }
  for (const [key, value] of Object.entries(metadata)) {
    if (typeof value !== "string") {
      throw new TypeError(
        `Cannot write metadata "${key}": it is ${String(value)} (${typeof value}), expected text`,
      );
    }
  }
  const header: Record<string, unknown> = Object.create(null);
  if (Object.keys(metadata).length > 0) header.__metadata__ = metadata;
  let length = 0;
  for (const name of names) {
    const { shape, size } = tensors[name];
    header[name] = { dtype: "F32", shape, data_offsets: [length, length + 4 * size] };
    length += 4 * size;
  }
  const text = new TextEncoder().encode(JSON.stringify(header));
  const headerSize = Math.ceil(text.length / 8) * 8;
  const file = new Uint8Array(8 + headerSize + length);
  const view = new DataView(file.buffer);
  view.setBigUint64(0, BigInt(headerSize), true);
  file.fill(0x20, 8, 8 + headerSize);
  file.set(text, 8);
  let at = 8 + headerSize;
  for (const name of names) {
    for (const value of tensors[name].dataSync()) {
      view.setFloat32(at, value, true);
      at += 4;
    }
  }
  return file;
}
