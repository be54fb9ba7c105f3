// The common part of all readers: checks of their arguments, errors about files, and texts.
import { checkOptions, describe, fail } from "@spikeloop/errors";

/** Throws an error with a problem of a file. */
export type Fail = (problem: string) => never;

/**
 * Makes the function that throws errors about a file.
 *
 * @param kind The kind of the file: `the NIR file`.
 */
export function failReading(kind: string): Fail {
  return (problem) => fail(`read ${kind}`, problem, SyntaxError);
}

/**
 * Checks the arguments of a reader.
 *
 * @param kind The kind of the file: `a safetensors file`.
 * @throws {TypeError} if `bytes` is not a Uint8Array, or an option is unknown.
 */
export function checkInput(kind: string, bytes: unknown, options: unknown): void {
  if (!(bytes instanceof Uint8Array)) {
    const hint = bytes instanceof ArrayBuffer ? ", new Uint8Array(buffer)" : "";
    throw new TypeError(
      `Cannot read ${kind} from ${describe(bytes)}: expected its bytes, a Uint8Array${hint}`,
    );
  }
  checkOptions(`read ${kind}`, options, ["backend"]);
}

/** The first bytes of every format that this package reads, and the function that reads it. */
const beginnings: readonly (readonly [bytes: readonly number[], format: string])[] = [
  [[0x50, 0x4b, 3, 4], "a ZIP archive, as checkpoints of PyTorch are: readTorch"],
  [[0x80, 2, 0x8a, 0x0a], "an old checkpoint of PyTorch: readTorch"],
  [[0x89, 0x48, 0x44, 0x46], "an HDF5 file, as NIR graphs are: readNir"],
];

/**
 * The end of a message about a file of another format: which format it seems to have, and which
 * function reads it.
 *
 * @returns An empty text if the format is not known either.
 */
export function hintAt(bytes: Uint8Array): string {
  const format = beginnings.find(([start]) => start.every((byte, i) => bytes[i] === byte))?.[1] ??
    // The length of a header, then the brace that opens the header.
    (bytes[6] === 0 && bytes[7] === 0 && bytes[8] === 0x7b
      ? "a safetensors file: readSafetensors"
      : undefined);
  return format === undefined ? "" : `. It looks like ${format} reads those`;
}

/**
 * Bytes as text.
 *
 * @param fail Called if the bytes are not UTF-8.
 */
export function decodeText(bytes: Uint8Array, fail: () => never): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return fail();
  }
}

/** A text of a file for a message: in quotes, and cut if it is long. */
export function quote(text: string): string {
  return JSON.stringify(text.slice(0, 60));
}

/**
 * A value of a file for a message, cut if it is long.
 *
 * @param nameOf How an object that is neither a list nor a record is shown.
 */
export function show<T extends object>(value: unknown, nameOf: (value: T) => string): string {
  if (value === undefined) return "missing";
  if (typeof value === "string") return quote(value);
  if (typeof value !== "object" || value === null) return String(value);
  if (value instanceof Map) return "a record";
  if (!Array.isArray(value)) return nameOf(value as T).slice(0, 60);
  const items = value.slice(0, 8).map((item) => Array.isArray(item) ? "[...]" : show(item, nameOf));
  return `[${items.join(", ")}${value.length > 8 ? ", ..." : ""}]`;
}
