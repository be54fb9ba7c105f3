import { checkOptions, describe } from "@spikeloop/errors";

/**
 * Checks what every reader is given.
 *
 * @param kind What the file is: `a safetensors file`.
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

/** How the formats that are read here begin, and what reads them. */
const beginnings: readonly (readonly [bytes: readonly number[], what: string])[] = [
  [[0x50, 0x4b, 3, 4], "a ZIP archive, as checkpoints of PyTorch are: readTorch"],
  [[0x80, 2, 0x8a, 0x0a], "an old checkpoint of PyTorch: readTorch"],
  [[0x89, 0x48, 0x44, 0x46], "an HDF5 file, as NIR graphs are: readNir"],
];

/** What a file is that another function was asked to read, to end a message with; empty where it is not known. */
export function hintAt(bytes: Uint8Array): string {
  const found = beginnings.find(([start]) => start.every((byte, i) => bytes[i] === byte))?.[1] ??
    // The length of a header, and the brace that it begins with.
    (bytes[6] === 0 && bytes[7] === 0 && bytes[8] === 0x7b
      ? "a safetensors file: readSafetensors"
      : undefined);
  return found === undefined ? "" : `. It looks like ${found} reads those`;
}
