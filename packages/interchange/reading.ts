// The common part of all readers: checks of their arguments, errors about files, and texts.
import type { Backend } from "@spikeloop/backend";
import { cpu } from "@spikeloop/cpu";
import { checkOptions, describe, fail, refuse, takeCount } from "@spikeloop/errors";
import { type Budget, type Fail, makeBudget } from "./budget.ts";

export type { Fail };

/** The options of every reader. */
export interface ReadOptions {
  /** The backend that holds the tensors; the CPU if missing. */
  readonly backend?: Backend;
  /**
   * The most bytes that reading may make: unpacked data, tensors, and all on the way to them. If
   * missing, 64 MiB and 32 times the size of the file. A hostile file of some kilobytes can ask for
   * gigabytes, so raise it only for files that you trust.
   */
  readonly maxBytes?: number;
}

/**
 * Makes the function that throws errors about a file.
 *
 * @param kind The kind of the file: `the NIR file`.
 */
export function failReading(kind: string): Fail {
  return (problem) => fail(`read ${kind}`, problem, SyntaxError);
}

/** The arguments of a reader after their check. */
export interface Reading {
  /** The budget of this call. */
  readonly budget: Budget;
  /** The options for every tensor of the file. */
  readonly options: { readonly backend: Backend };
}

/**
 * Checks the arguments of a reader, and makes its budget.
 *
 * @param kind The kind of the file: `a safetensors file`.
 * @throws {TypeError} if `bytes` is not a Uint8Array, or an option is unknown or of another kind.
 * @throws {RangeError} if `maxBytes` is not an integer of at least 1.
 * @throws {SyntaxError} if the file is a pointer of Git LFS.
 */
export function startReading(kind: string, bytes: unknown, options: unknown): Reading {
  const action = `read ${kind}`;
  if (!(bytes instanceof Uint8Array)) {
    const hint = bytes instanceof ArrayBuffer ? ", new Uint8Array(buffer)" : "";
    throw new TypeError(
      `Cannot ${action} from ${describe(bytes)}: expected its bytes, a Uint8Array${hint}`,
    );
  }
  // Another thread could change shared bytes between their check and their use.
  if (!(bytes.buffer instanceof ArrayBuffer)) {
    fail(`${action} from shared memory`, "expected bytes of its own, a copy such as bytes.slice()");
  }
  checkOptions(action, options, ["backend", "maxBytes"]);
  const { backend = cpu, maxBytes } = options as ReadOptions;
  if (typeof backend?.upload !== "function") {
    refuse(action, "backend", backend, "one such as cpu or await webgpu()");
  }
  if (maxBytes !== undefined) takeCount(action, "maxBytes", maxBytes);
  const failFile = failReading(kind.replace(/^an? /, "the "));
  if (isLfsPointer(bytes)) {
    failFile("it is a pointer of Git LFS, not the file; `git lfs pull` brings the file");
  }
  return { budget: makeBudget(bytes.length, maxBytes, failFile), options: { backend } };
}

const pointer = new TextEncoder().encode("version https://git-lfs.github.com/spec/");

function isLfsPointer(bytes: Uint8Array): boolean {
  return bytes.length < 1024 && pointer.every((byte, i) => bytes[i] === byte);
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
 * @param reader The function that cannot read the file, so that it is not named again.
 * @returns An empty text if the format is not known either.
 */
export function hintAt(bytes: Uint8Array, reader = "none"): string {
  const format = beginnings.find(([start]) => start.every((byte, i) => bytes[i] === byte))?.[1] ??
    // The length of a header, then the brace that opens the header.
    (bytes[6] === 0 && bytes[7] === 0 && bytes[8] === 0x7b
      ? "a safetensors file: readSafetensors"
      : undefined);
  return format === undefined || format.endsWith(reader)
    ? ""
    : `. It looks like ${format} reads those`;
}

const utf8 = /* @__PURE__ */ new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * Bytes as text.
 *
 * @param fail Called if the bytes are not UTF-8.
 */
export function decodeText(bytes: Uint8Array, fail: () => never): string {
  try {
    return utf8.decode(bytes);
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
