import { didYouMean, fail, isRecord, refuse, shorten, takeNumber } from "@spikeloop/errors";
import { readSafetensors, writeSafetensors } from "@spikeloop/interchange";
import { crc32 } from "@spikeloop/interchange/files";
import { showShape } from "@spikeloop/backend";
import { type NamedTree, Tensor, tensor } from "@spikeloop/tensor";
import { nameDifferences } from "../name_differences.ts";
import { readPlain, writePlain } from "./plain_values.ts";

/** The format of the files, in their metadata. */
export const runFormat = "spikeloop-training";

/** The version of the files that this code writes and reads. */
const version = "1";

/** The checksum while it is computed. */
const noChecksum = "checksum-00000000";

/** The longest path to a tensor: a tree that holds itself has longer ones. */
const longestPath = 4096;

/** The contents of a file: plain data, and arrays of numbers by name. */
export interface RunFile {
  /** Plain data. */
  readonly run: Readonly<Record<string, unknown>>;
  /** Tensors and numbers in records and lists. */
  readonly trees: Readonly<Record<string, NamedTree>>;
  /** Long arrays. */
  readonly arrays: Readonly<Record<string, Float32Array>>;
}

/** A file that has been read. */
export interface LoadedRun {
  readonly run: Readonly<Record<string, unknown>>;
  readonly tensors: Readonly<Record<string, Tensor>>;
  readonly numbers: Readonly<Record<string, unknown>>;
}

/** The identity of a run: a file of another one is refused. */
export type RunIdentity = Readonly<Record<string, unknown>>;

/** Writes a file with a checksum. */
export function writeRunFile(
  action: string,
  identity: RunIdentity,
  { run, trees, arrays }: RunFile,
): Uint8Array<ArrayBuffer> {
  const tensors: Record<string, Tensor> = {};
  const numbers: Record<string, number> = {};
  for (const [name, tree] of Object.entries(trees)) {
    splitTree(action, tree, name, tensors, numbers);
  }
  for (const [name, data] of Object.entries(arrays)) tensors[name] = tensor(data, [data.length]);
  const bytes = writeSafetensors(tensors, {
    format: runFormat,
    version,
    checksum: noChecksum,
    identity: writePlain(action, "the run", identity),
    numbers: writePlain(action, "the state's numbers", numbers),
    run: writePlain(action, "the run", run),
  });
  putText(bytes, placeOfChecksum(bytes, noChecksum), textOf(crc32(bytes)));
  return bytes;
}

const textOf = (checksum: number) => `checksum-${checksum.toString(16).padStart(8, "0")}`;

function putText(bytes: Uint8Array, at: number, text: string): void {
  bytes.set(new TextEncoder().encode(text), at);
}

/** The index of the checksum's text; -1 if there is none. */
function placeOfChecksum(bytes: Uint8Array, text: string): number {
  const pattern = new TextEncoder().encode(`"checksum":"${text}"`);
  const start = 12; // behind `"checksum":"`
  const last = Math.min(bytes.length, 2 ** 26) - pattern.length;
  for (let at = bytes.indexOf(pattern[0]); at >= 0 && at <= last;) {
    if (pattern.every((byte, i) => bytes[at + i] === byte)) return at + start;
    at = bytes.indexOf(pattern[0], at + 1);
  }
  return -1;
}

/** Divides a tree into its tensors and its numbers, by their paths. */
function splitTree(
  action: string,
  tree: NamedTree,
  path: string,
  tensors: Record<string, Tensor>,
  numbers: Record<string, number>,
): void {
  if (tree instanceof Tensor) tensors[path] = tree;
  else if (typeof tree === "number") numbers[path] = tree;
  else if (path.length > longestPath || !(Array.isArray(tree) || isRecord(tree))) {
    refuse(action, shorten(path), tree, "a tensor, a number, or a record of these");
  } else {
    for (const [name, branch] of Object.entries(tree)) {
      splitTree(action, branch, `${path}.${name}`, tensors, numbers);
    }
  }
}

/**
 * Reads a file.
 *
 * @throws {SyntaxError} if the bytes are no such file, are damaged, or of another version.
 * @throws {TypeError} if it is of a run with another identity; the message names the difference.
 */
export function readRunFile(action: string, bytes: Uint8Array, identity: RunIdentity): LoadedRun {
  const { tensors, metadata } = readSafetensors(bytes);
  if (metadata.format !== runFormat) {
    refuse(action, "the file's format", metadata.format, `"${runFormat}"`, SyntaxError);
  }
  if (metadata.version !== version) {
    refuse(action, "the file's version", metadata.version, `"${version}"`, SyntaxError);
  }
  const text: string | undefined = metadata.checksum;
  const at = text === undefined ? -1 : placeOfChecksum(bytes, text);
  const copy = bytes.slice();
  if (at >= 0) putText(copy, at, noChecksum);
  if (at < 0 || textOf(crc32(copy)) !== text) {
    fail(action, "the file is damaged: its checksum is wrong; use an earlier one", SyntaxError);
  }
  const read = (name: string) => {
    const value = readPlain(action, name, metadata[name]);
    return isRecord(value) ? value : refuse(action, name, value, "a record", SyntaxError);
  };
  const found = read("identity");
  for (const name of Object.keys(identity)) {
    const [own, other] = [identity, found].map((one) => writePlain(action, name, one[name]));
    if (own === other) continue;
    const [mine, theirs] = [identity[name], found[name]];
    const differences = isRecord(mine) && isRecord(theirs) ? nameDifferences(theirs, mine) : "";
    if (differences !== "") fail(action, `it is of a run with another ${name}: ${differences}`);
    fail(action, `it is of a run whose ${name} is ${shorten(other)}, expected ${shorten(own)}`);
  }
  return { run: read("run"), tensors, numbers: read("numbers") };
}

/** Whether a shape fits a template, in which an extent of 0 stands for any. */
const fits = (shape: readonly number[], template: readonly number[]) =>
  shape.length === template.length &&
  template.every((extent, axis) => extent === 0 || shape[axis] === extent);

/**
 * Puts tensors and numbers of a file into a tree of the template's form. A template's tensor
 * without rows may have rows in the file.
 *
 * @throws {TypeError} if one is missing or of another shape, or the file has one more.
 */
export function fillTree<T extends NamedTree>(
  action: string,
  template: T,
  path: string,
  file: LoadedRun,
): T {
  const names = [...Object.keys(file.tensors), ...Object.keys(file.numbers)];
  const left = new Set(names.filter((name) => name.startsWith(`${path}.`)));
  const fill = (branch: NamedTree, path: string): NamedTree => {
    left.delete(path);
    if (branch instanceof Tensor) {
      const found: Tensor | undefined = file.tensors[path];
      if (found === undefined) {
        fail(action, `it lacks "${path}"${didYouMean(path, Object.keys(file.tensors))}`);
      }
      if (!fits(found.shape, branch.shape)) {
        const [own, expected] = [found, branch].map(({ shape }) => showShape(shape));
        fail(action, `"${path}" has shape ${own}, expected ${expected}`);
      }
      return found;
    }
    if (typeof branch === "number") return takeNumber(action, path, file.numbers[path]);
    if (Array.isArray(branch)) return branch.map((part, i) => fill(part, `${path}.${i}`));
    const parts = Object.entries(branch);
    if (parts.length > 0 && !names.some((name) => name.startsWith(`${path}.`))) {
      fail(action, `it lacks "${path}": it is of an agent with other options`);
    }
    return Object.fromEntries(parts.map(([name, part]) => [name, fill(part, `${path}.${name}`)]));
  };
  const filled = fill(template, path) as T;
  // Without a part of its state an agent would go on from another state than the file's.
  const [extra] = left;
  if (extra !== undefined) {
    fail(action, `it has "${extra}", expected none: it is of an agent with other options`);
  }
  return filled;
}
