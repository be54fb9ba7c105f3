import { didYouMean } from "@spikeloop/errors";
import { dtypes } from "./dtypes.ts";
import { type Json, parseHeaderJson, showJson } from "./header_json.ts";
import { decodeText, type Fail, failReading, hintAt } from "./reading.ts";

/** A tensor of a file. */
export interface Entry {
  /** Its name. */
  readonly name: string;
  /** The name of its type. */
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
const maxHeader = 100_000_000;
/** The most axes of a tensor. */
const maxRank = 32;

/** Throws an error about the file. */
export const fail: Fail = failReading("the safetensors file");

function readMetadata(value: Json | undefined): Record<string, string> {
  if (value === undefined) return {};
  if (!(value instanceof Map)) {
    return fail(`__metadata__ is ${showJson(value)}, expected a record of texts`);
  }
  return Object.fromEntries(
    Array.from(value, ([name, text]) =>
      typeof text === "string" ? [name, text] : fail(
        `__metadata__ ${JSON.stringify(name)} is ${showJson(text)}, expected a text`,
      )),
  );
}

const isCount = (n: Json): n is number => typeof n === "number" && Number.isSafeInteger(n);

function readEntry(name: string, value: Json): Entry {
  const tensor = `tensor ${JSON.stringify(name)}`;
  if (!(value instanceof Map)) {
    return fail(`${tensor} is ${showJson(value)}, expected { dtype, shape, data_offsets }`);
  }
  const [dtype, shape, offsets] = [
    value.get("dtype"),
    value.get("shape"),
    value.get("data_offsets"),
  ];
  if (typeof dtype !== "string" || !Object.hasOwn(dtypes, dtype)) {
    const names = Object.keys(dtypes);
    const hint = typeof dtype === "string" ? didYouMean(dtype.slice(0, 60), names) : "";
    return fail(
      `${tensor} has the type ${showJson(dtype)}, expected one of ${names.join(", ")}${hint}`,
    );
  }
  if (!Array.isArray(shape) || shape.length > maxRank || !shape.every(isCount)) {
    return fail(
      `${tensor} has the shape ${
        showJson(shape)
      }, expected at most ${maxRank} integers of at least 0`,
    );
  }
  if (
    !Array.isArray(offsets) || offsets.length !== 2 || !offsets.every(isCount) ||
    offsets[0] > offsets[1]
  ) {
    return fail(
      `${tensor} has the offsets ${
        showJson(offsets)
      }, expected two ascending integers of at least 0`,
    );
  }
  const [begin, end] = offsets;
  const length = shape.reduce((product, n) => product * n, 1) * dtypes[dtype].bytes;
  if (length !== end - begin) {
    return fail(`${tensor} takes ${end - begin} bytes, its shape and type ask for ${length}`);
  }
  return { name, dtype, shape, begin, end };
}

/**
 * Reads and checks the header. The tensors must fill the file without gap or overlap.
 *
 * @throws {SyntaxError} if the header is malformed; the message says how.
 */
export function readHeader(bytes: Uint8Array): Header {
  if (bytes.length < 8) fail(`it has ${bytes.length} bytes, expected at least 8`);
  const size = new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true);
  if (size > BigInt(maxHeader)) {
    fail(`its header claims ${size} bytes, at most ${maxHeader} are read${hintAt(bytes)}`);
  }
  if (8 + Number(size) > bytes.length) {
    fail(`its header claims ${size} bytes, the file has ${bytes.length}${hintAt(bytes)}`);
  }
  const dataAt = 8 + Number(size);
  const text = decodeText(bytes.subarray(8, dataAt), () => fail("the header is not UTF-8"));
  const header = parseHeaderJson(text, fail);
  const metadata = readMetadata(header.get("__metadata__"));
  header.delete("__metadata__");
  const entries = Array.from(header, ([name, value]) => readEntry(name, value));
  entries.sort((a, b) => a.begin - b.begin || a.end - b.end);
  let at = 0;
  for (const { name, begin, end } of entries) {
    if (begin !== at) {
      fail(
        `tensor ${JSON.stringify(name)} begins at byte ${begin}, the one before it ends at ${at}`,
      );
    }
    at = end;
  }
  if (dataAt + at !== bytes.length) {
    fail(`its tensors end at byte ${dataAt + at}, the file has ${bytes.length}`);
  }
  return { entries, metadata, dataAt };
}
