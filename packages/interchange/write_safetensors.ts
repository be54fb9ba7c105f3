import { checkOptions, describe } from "@spikeloop/errors";
import { Tensor } from "@spikeloop/tensor";
import { isLittleEndian } from "./dtypes.ts";
import { bfloatBits, halfBits } from "./half.ts";

/** How `writeSafetensors` stores numbers. */
export interface WriteOptions {
  /** `"F32"` loses nothing and is the default; `"F16"` and `"BF16"` round to the nearest, ties to even. */
  readonly dtype?: "F32" | "F16" | "BF16";
}

const toBits = { F16: halfBits, BF16: bfloatBits };
const infinityBits = { F16: 0x7c00, BF16: 0x7f80 };
const widths = { F32: 4, F16: 2, BF16: 2 };

function fail(problem: string): never {
  throw new TypeError(`Cannot write a safetensors file: ${problem}`);
}

/** Half a surrogate pair is no character, and has no UTF-8. */
function checkText(text: unknown, what: string): string {
  if (typeof text !== "string") {
    return fail(`${what} is ${String(text)} (${typeof text}), expected text`);
  }
  return /\p{Surrogate}/u.test(text) ? fail(`${what} is no well-formed text`) : text;
}

/** By code points, as the reference library sorts. */
function compareText(a: string, b: string): number {
  const [from, to] = [Array.from(a), Array.from(b)];
  const i = from.findIndex((c, i) => c !== to[i]);
  if (i < 0) return from.length - to.length;
  return (from[i].codePointAt(0) ?? 0) - (to[i]?.codePointAt(0) ?? -1);
}

/** A record as JSON with its names in order; `JSON.stringify` would put names like "10" first. */
function sortedJson(record: Readonly<Record<string, string>>): string[] {
  return Object.keys(record).sort(compareText).map((name) =>
    `${JSON.stringify(checkText(name, "a name"))}:${record[name]}`
  );
}

/**
 * Writes tensors as a safetensors file, sorted by name: the same tensors give the same bytes, those that the library
 * of that name writes.
 *
 * @param tensors By name; tensors on a device are read back first, with `await x.data()`.
 * @param metadata Free text by name.
 * @throws {TypeError} if something is not a tensor on the CPU, a name is `__metadata__`, or metadata is not text.
 * @throws {RangeError} if a finite number is beyond F16 or BF16.
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
  tensors: Readonly<Record<string, Tensor>>,
  metadata: Readonly<Record<string, string>> = {},
  options: WriteOptions = {},
): Uint8Array<ArrayBuffer> {
  checkOptions("write a safetensors file", options, ["dtype"]);
  const { dtype = "F32" } = options;
  for (const [what, record] of Object.entries({ tensors, metadata })) {
    if (typeof record !== "object" || record === null || Array.isArray(record)) {
      fail(`its ${what} are ${describe(record)}, expected a record`);
    }
  }
  if (!Object.hasOwn(widths, dtype)) fail(`it has no type ${String(dtype)}, only F32, F16, BF16`);
  const names = Object.keys(tensors).sort(compareText);
  const entries: Record<string, string> = Object.create(null);
  let length = 0;
  for (const name of names) {
    const x: unknown = tensors[name];
    if (name === "__metadata__") fail('the format uses the name "__metadata__" itself');
    if (!(x instanceof Tensor)) fail(`"${name}" is ${String(x)}, expected a tensor`);
    const end = length + widths[dtype] * x.size;
    entries[name] = `{"dtype":"${dtype}","shape":[${x.shape}],"data_offsets":[${length},${end}]}`;
    length = end;
  }
  const texts = Object.fromEntries(
    Object.entries(metadata).map(([k, v]) => [k, JSON.stringify(checkText(v, `metadata "${k}"`))]),
  );
  const free = sortedJson(texts);
  const parts = free.length > 0 ? [`"__metadata__":{${free}}`] : [];
  const header = new TextEncoder().encode(`{${[...parts, ...sortedJson(entries)]}}`);
  const headerSize = Math.ceil(header.length / 8) * 8;
  const file = new Uint8Array(8 + headerSize + length);
  new DataView(file.buffer).setBigUint64(0, BigInt(headerSize), true);
  file.fill(0x20, 8, 8 + headerSize);
  file.set(header, 8);
  let at = 8 + headerSize;
  for (const name of names) {
    const numbers = tensors[name].dataSync();
    encodeNumbers(numbers, dtype, new DataView(file.buffer, at), name);
    at += widths[dtype] * numbers.length;
  }
  return file;
}

function encodeNumbers(
  numbers: Float32Array,
  dtype: "F32" | "F16" | "BF16",
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
      throw new RangeError(
        `Cannot write tensor "${name}" as ${dtype}: it holds ${value}, which is beyond that type`,
      );
    }
    into.setUint16(2 * i, bits, true);
  });
}
