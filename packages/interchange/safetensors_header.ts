import { didYouMean, showCount } from "@spikeloop/errors";
import { dtypes } from "./dtypes.ts";
import { type Json, parseHeaderJson, showJson } from "./header_json.ts";
import type { Budget } from "./budget.ts";
import { decodeText, type Fail, failReading, hintAt, quote } from "./reading.ts";

/** A tensor of a file. */
export interface Entry {
  /** Its name. */
  readonly name: string;
  /** The name of its type, which `dtypes` may lack. */
  readonly dtype: string;
  /** Its extents. */
  readonly shape: readonly number[];
  /** Its first byte, counted from the end of the header. */
  readonly begin: number;
  /** The byte after its last one. */
  readonly end: number;
}

/** The header of a safetensors file. */
export interface Header {
  /** The tensors, in the order of their bytes. */
  readonly entries: readonly Entry[];
  /** Free text by name. */
  readonly metadata: Readonly<Record<string, string>>;
  /** The first byte after the header. */
  readonly dataAt: number;
}

/** The largest header that is read, in bytes; the safetensors library has the same limit. */
export const maxHeader = 100_000_000;
/** The most axes of a tensor. */
export const maxRank = 32;

/** Throws an error about the file. */
export const fail: Fail = failReading("the safetensors file");

/** Types of the format that float32 numbers are not made of, with their bits. */
const otherBits: Readonly<Record<string, number>> = {
  ...{ C64: 64, F8_E4M3: 8, F8_E5M2: 8, F8_E8M0: 8, F8_E4M3FNUZ: 8, F8_E5M2FNUZ: 8 },
  ...{ F6_E2M3: 6, F6_E3M2: 6, F4: 4 },
};

function readMetadata(value: Json | undefined): Record<string, string> {
  if (value === undefined || typeof value === "object" && "raw" in value && value.raw === "null") {
    return {};
  }
  if (!(value instanceof Map)) {
    return fail(`__metadata__ is ${showJson(value)}, expected a record of texts`);
  }
  return Object.fromEntries(
    Array.from(value, ([name, text]) =>
      typeof text === "string" ? [name, text] : fail(
        `__metadata__ ${quote(name)} is ${showJson(text)}, expected a text`,
      )),
  );
}

/** The problem of a tensor with a type that `dtypes` lacks. */
export function unreadType(name: string, dtype: Json | undefined): string {
  const names = Object.keys(dtypes);
  const hint = typeof dtype === "string" ? didYouMean(dtype.slice(0, 60), names) : "";
  return `tensor ${quote(name)} has the type ${showJson(dtype)}, expected one of ${
    names.join(", ")
  }${hint}`;
}

const isInteger = (n: Json): n is number => typeof n === "number" && Number.isSafeInteger(n);

function readEntry(name: string, value: Json): Entry {
  const tensor = `tensor ${quote(name)}`;
  if (!(value instanceof Map)) {
    return fail(`${tensor} is ${showJson(value)}, expected { dtype, shape, data_offsets }`);
  }
  const [dtype, shape, offsets] = [
    value.get("dtype"),
    value.get("shape"),
    value.get("data_offsets"),
  ];
  const bits = typeof dtype !== "string"
    ? undefined
    : Object.hasOwn(otherBits, dtype)
    ? otherBits[dtype]
    : Object.hasOwn(dtypes, dtype)
    ? 8 * dtypes[dtype].bytes
    : undefined;
  if (typeof dtype !== "string" || bits === undefined) return fail(unreadType(name, dtype));
  if (!Array.isArray(shape) || shape.length > maxRank || !shape.every(isInteger)) {
    return fail(
      `${tensor} has the shape ${
        showJson(shape)
      }, expected at most ${maxRank} integers of at least 0`,
    );
  }
  if (
    !Array.isArray(offsets) || offsets.length !== 2 || !offsets.every(isInteger) ||
    offsets[0] > offsets[1]
  ) {
    return fail(
      `${tensor} has the offsets ${
        showJson(offsets)
      }, expected two ascending integers of at least 0`,
    );
  }
  const [begin, end] = offsets;
  const length = shape.reduce((product, n) => product * n, 1) * bits / 8;
  if (length !== end - begin) {
    return fail(
      `${tensor} takes ${showCount(end - begin, "byte")}, its shape and type ask for ${length}`,
    );
  }
  return { name, dtype, shape, begin, end };
}

/**
 * Reads and checks the header. The tensors must fill the file without gap or overlap.
 *
 * @throws {SyntaxError} if the header is malformed; the message says how.
 */
export function readHeader(bytes: Uint8Array, { spend }: Budget): Header {
  if (bytes.length < 8) fail(`it has ${showCount(bytes.length, "byte")}, expected at least 8`);
  const size = new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true);
  if (size > BigInt(maxHeader)) {
    fail(
      `its header claims ${size} bytes, at most ${maxHeader} are read${
        hintAt(bytes, "readSafetensors")
      }`,
    );
  }
  if (8 + Number(size) > bytes.length) {
    fail(
      `its header claims ${showCount(size, "byte")}, the file has ${bytes.length}${
        hintAt(bytes, "readSafetensors")
      }`,
    );
  }
  const dataAt = 8 + Number(size);
  spend(2 * Number(size));
  const text = decodeText(bytes.subarray(8, dataAt), () => fail("the header is not UTF-8"));
  const header = parseHeaderJson(text, fail, spend);
  const metadata = readMetadata(header.get("__metadata__"));
  header.delete("__metadata__");
  const entries = Array.from(header, ([name, value]) => readEntry(name, value));
  entries.sort((a, b) => a.begin - b.begin || a.end - b.end);
  let at = 0;
  for (const { name, begin, end } of entries) {
    if (begin !== at) {
      fail(
        `tensor ${quote(name)} begins at byte ${begin}, the one before it ends at ${at}`,
      );
    }
    at = end;
  }
  if (dataAt + at !== bytes.length) {
    fail(`its tensors end at byte ${dataAt + at}, the file has ${bytes.length}`);
  }
  return { entries, metadata, dataAt };
}
