import { checkOptions, fail, refuse, takeOneOf, takeRecord } from "@spikeloop/errors";
import { checkReadable, type NamedTree, Tensor } from "@spikeloop/tensor";
import { isLittleEndian } from "./dtypes.ts";
import { bfloatBits, halfBits } from "./half.ts";
import { nameLeaves } from "./name_leaves.ts";
import { quote } from "./reading.ts";
import { maxHeader, maxRank } from "./safetensors_header.ts";

/** How `writeSafetensors` stores numbers. */
export interface WriteOptions {
  /**
   * `"F32"`, the default, loses nothing. `"F16"` and `"BF16"` round to the nearest number, ties to
   * even.
   */
  readonly dtype?: "F32" | "F16" | "BF16";
}

/** The types of numbers in a file. */
type WrittenDtype = NonNullable<WriteOptions["dtype"]>;

const action = "write a safetensors file";
const toBits = { F16: halfBits, BF16: bfloatBits };
const infinityBits = { F16: 0x7c00, BF16: 0x7f80 };
const widths = { F32: 4, F16: 2, BF16: 2 };

/** Checks a text. Half a surrogate pair is refused, because it has no UTF-8. */
function checkText(text: unknown, name: string): string {
  if (typeof text !== "string") return refuse(action, name, text, "a text");
  return /\p{Surrogate}/u.test(text) ? fail(action, `${name} is no well-formed text`) : text;
}

/** By code points, as the safetensors library sorts. */
function compareText(a: string, b: string): number {
  // Halves of a surrogate pair stand for code points above all others.
  const rank = (unit: number) =>
    unit < 0xd800 ? unit : unit < 0xe000 ? unit + 0x2000 : unit - 0x800;
  for (let i = 0; i < a.length && i < b.length; i++) {
    const [from, to] = [a.charCodeAt(i), b.charCodeAt(i)];
    if (from !== to) return rank(from) - rank(to);
  }
  return a.length - b.length;
}

/** The fields of a record as JSON, by name; `JSON.stringify` would put names like "10" first. */
function sortedJson(record: Readonly<Record<string, string>>): string[] {
  return Object.keys(record).sort(compareText).map((name) =>
    `${JSON.stringify(checkText(name, `the name ${quote(name)}`))}:${record[name]}`
  );
}

/**
 * Writes tensors as a safetensors file, sorted by name. The same tensors always become the same
 * bytes, those that the safetensors library writes. `restore` reads them into a tree again.
 *
 * @param tensors By name, or in records and arrays in records: their names are then joined by dots,
 * such as `fc1.weight` or `layers.0.weight`. A number becomes a tensor of shape []. Copy tensors on
 * a device to the CPU first, with `copyTree`.
 * @param metadata Free text by name.
 * @throws {TypeError} if a value is not a tensor on the CPU, two have one name, a name is
 * `__metadata__`, or metadata is not text.
 * @throws {RangeError} if float32 cannot hold a number exactly, `dtype` is no such type, a finite
 * number is beyond F16 or BF16, or the header is larger than the format allows.
 *
 * @example All parameters of a network.
 * ```ts
 * import { linear } from "@spikeloop/functional";
 * import { readSafetensors, writeSafetensors } from "@spikeloop/interchange";
 * import { key } from "@spikeloop/random";
 * import { assertEquals } from "@std/assert";
 *
 * const params = { fc1: linear({ inFeatures: 3, outFeatures: 2 }).init(key(0)) };
 * const { tensors } = readSafetensors(writeSafetensors(params));
 * assertEquals(Object.keys(tensors), ["fc1.bias", "fc1.weight"]);
 * ```
 *
 * @example Half the size, three decimal digits.
 * ```ts
 * import { readSafetensors, writeSafetensors } from "@spikeloop/interchange";
 * import { tensor } from "@spikeloop/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const file = writeSafetensors({ x: tensor([0.1]) }, {}, { dtype: "F16" });
 * assertEquals(readSafetensors(file).tensors.x.item(), 0.0999755859375);
 * ```
 */
export function writeSafetensors(
  tensors: { readonly [name: string]: NamedTree },
  metadata: Readonly<Record<string, string>> = {},
  options: WriteOptions = {},
): Uint8Array<ArrayBuffer> {
  checkOptions(action, options, ["dtype"]);
  const dtype = takeOneOf(action, "dtype", options.dtype ?? "F32", ["F32", "F16", "BF16"]);
  takeRecord(action, "tensors", tensors, "a record of tensors");
  const leaves = nameLeaves(action, tensors);
  takeRecord(action, "metadata", metadata, "a record of texts");
  const names = [...leaves.keys()].sort(compareText);
  const entries: Record<string, string> = Object.create(null);
  let length = 0;
  for (const name of names) {
    if (name === "__metadata__") fail(action, 'the format uses the name "__metadata__" itself');
    const { type, shape, size } = sizeOfLeaf(name, leaves.get(name), dtype);
    const end = length + widths[type] * size;
    entries[name] = `{"dtype":"${type}","shape":[${shape}],"data_offsets":[${length},${end}]}`;
    length = end;
  }
  const texts = Object.fromEntries(
    Object.entries(metadata).map((
      [name, text],
    ) => [name, JSON.stringify(checkText(text, `metadata ${quote(name)}`))]),
  );
  const metadataFields = sortedJson(texts);
  const first = metadataFields.length > 0 ? [`"__metadata__":{${metadataFields}}`] : [];
  const header = new TextEncoder().encode(`{${[...first, ...sortedJson(entries)]}}`);
  const headerSize = Math.ceil(header.length / 8) * 8;
  if (headerSize > maxHeader) {
    const problem = `its names and metadata take ${headerSize} bytes`;
    fail(action, `${problem}, expected at most ${maxHeader}`, RangeError);
  }
  const file = allocate(8 + headerSize + length);
  new DataView(file.buffer).setBigUint64(0, BigInt(headerSize), true);
  file.fill(0x20, 8, 8 + headerSize);
  file.set(header, 8);
  let at = 8 + headerSize;
  for (const name of names) {
    const leaf = leaves.get(name);
    if (leaf instanceof Tensor) checkReadable(action, quote(name), leaf, "tensors");
    const numbers = leaf instanceof Tensor ? leaf.dataSync() : Float32Array.of(leaf ?? NaN);
    const type = leaf instanceof Tensor ? dtype : "F32";
    encodeNumbers(numbers, type, new DataView(file.buffer, at), name);
    at += widths[type] * numbers.length;
  }
  return file;
}

/** The type and the shape of a leaf in the file; numbers keep all their digits. */
function sizeOfLeaf(name: string, leaf: Tensor | number | undefined, dtype: WrittenDtype) {
  if (leaf instanceof Tensor) {
    const { shape, size } = leaf;
    if (shape.length > maxRank) {
      fail(action, `${quote(name)} has ${shape.length} axes, expected at most ${maxRank}`);
    }
    return { type: dtype, shape, size };
  }
  if (!Object.is(Math.fround(leaf ?? NaN), leaf)) {
    fail(action, `${quote(name)} is ${leaf}, which float32 cannot hold exactly`, RangeError);
  }
  return { type: "F32" as const, shape: [], size: 1 };
}

function allocate(size: number): Uint8Array<ArrayBuffer> {
  try {
    return new Uint8Array(size);
  } catch {
    return fail(action, `it would take ${size} bytes, more than there are`, RangeError);
  }
}

function encodeNumbers(
  numbers: Float32Array,
  dtype: WrittenDtype,
  into: DataView,
  name: string,
): void {
  if (dtype === "F32") {
    if (isLittleEndian()) {
      const bytes = new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength);
      new Uint8Array(into.buffer, into.byteOffset).set(bytes);
    } else numbers.forEach((value, i) => into.setFloat32(4 * i, value, true));
    return;
  }
  numbers.forEach((value, i) => {
    const bits = toBits[dtype](value);
    if ((bits & 0x7fff) === infinityBits[dtype] && Number.isFinite(value)) {
      const problem = `it holds ${value}, which is beyond that type`;
      fail(`write tensor ${quote(name)} as ${dtype}`, problem, RangeError);
    }
    into.setUint16(2 * i, bits, true);
  });
}
