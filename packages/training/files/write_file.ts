import * as fs from "node:fs";
import { codeOf } from "./code_of.ts";

/** The most bytes of one call: no runtime takes 2 GiB. */
const mostAtOnce = 2 ** 30;

/** The end of the name of a part, besides its random middle. */
const partEnd = ".spikeloop-part";

/**
 * Writes a file so that a reader, a full disk or a killed process finds either the earlier file or
 * the whole new one: it writes beside it, syncs, and renames. It blocks until the file is safe, so
 * it serves synchronous trainings too. Runs in Deno, Node and Bun.
 *
 * @throws {Error} if it fails; the message has the reason. The earlier file is as it was then, and
 * nothing else is left.
 *
 * @example The checkpoints of a training.
 * ```ts
 * import { mlpActor } from "@spikeloop/actor";
 * import { pendulum, td3, trainer } from "@spikeloop/training";
 * import { writeFile } from "@spikeloop/training/files";
 * import { key } from "@spikeloop/random";
 *
 * const folder = await Deno.makeTempDir();
 * const { observationSpace, actionSpace } = pendulum();
 * const agent = td3({ actor: mlpActor({ observationSpace, actionSpace, hiddenSizes: [8] }) });
 * const write = (bytes: Uint8Array) => writeFile(`${folder}/state.safetensors`, bytes);
 * const checkpoint = { every: 50, write };
 * const sizes = { steps: 100, updateAfter: 90, batchSize: 8 };
 * const options = { environment: pendulum, agent, key: key(0), ...sizes, checkpoint };
 * for (const event of trainer(options)) console.log(event);
 *
 * const file = await Deno.readFile(`${folder}/state.safetensors`);
 * for (const event of trainer.load(file, { ...options, steps: 150 })) console.log(event);
 * await Deno.remove(folder, { recursive: true });
 * ```
 */
export function writeFile(path: string, content: Uint8Array | string): void {
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
  let part: string | undefined;
  try {
    const target = targetOf(path);
    const random = crypto.getRandomValues(new Uint32Array(1))[0].toString(16).padStart(8, "0");
    const name = `${target}.${random}${partEnd}`;
    const file = fs.openSync(name, "wx");
    part = name;
    try {
      for (let at = 0; at < bytes.length;) {
        at += fs.writeSync(file, bytes, at, Math.min(bytes.length - at, mostAtOnce));
      }
      fs.fsyncSync(file);
    } finally {
      fs.closeSync(file);
    }
    fs.renameSync(name, target);
    syncFolder(target);
  } catch (error) {
    if (part !== undefined) fs.rmSync(part, { force: true });
    throw new Error(`Cannot write ${path}: ${reasonOf(error)}`, { cause: error });
  }
}

/** Reads a whole file of any size. */
export function readFile(path: string): Uint8Array {
  const { size } = fs.statSync(path);
  if (size <= mostAtOnce) return new Uint8Array(fs.readFileSync(path)); // it may be a pipe, too
  const bytes = new Uint8Array(size);
  const file = fs.openSync(path, "r");
  try {
    for (let at = 0; at < size;) {
      const count = fs.readSync(file, bytes, at, Math.min(size - at, mostAtOnce), at);
      if (count === 0) return bytes.subarray(0, at); // it has become shorter
      at += count;
    }
  } finally {
    fs.closeSync(file);
  }
  return bytes;
}

/** The file behind a link, which stays a link. */
function targetOf(path: string): string {
  try {
    return fs.realpathSync(path);
  } catch {
    return path; // There is none yet.
  }
}

/** Makes the new name of a file last, where the system can. */
function syncFolder(path: string): void {
  try {
    const folder = fs.openSync(path.replace(/[^/\\]*$/, "") || ".", "r");
    try {
      fs.fsyncSync(folder);
    } finally {
      fs.closeSync(folder);
    }
  } catch {
    // Not every system opens folders.
  }
}

/** Whether a file has the name of a part, which a killed process has left. */
export function isPart(name: string): boolean {
  return /\.[0-9a-f]{8}\.spikeloop-part$/.test(name);
}

/** The reasons of a failed write in plain words, by the system's names of errors. */
const reasons: Readonly<Record<string, string>> = {
  ENOSPC: "the disk is full",
  EDQUOT: "the disk is full",
  EFBIG: "files may not be so large here",
  EACCES: "the folder cannot be written to",
  EPERM: "the folder cannot be written to",
  EROFS: "the folder cannot be written to",
  ENOENT: "there is no such folder",
  ENOTDIR: "a part of the path is a file",
  EISDIR: "it is a folder",
};

/** The system's names of errors by their numbers on Linux, which some of Deno's errors have. */
const codes: Readonly<Record<string, string>> = {
  1: "EPERM",
  2: "ENOENT",
  13: "EACCES",
  20: "ENOTDIR",
  21: "EISDIR",
  27: "EFBIG",
  28: "ENOSPC",
  30: "EROFS",
  122: "EDQUOT",
};

/** The message of an error, and its reason in plain words. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = codeOf(error) ?? /\(os error (\d+)\)/.exec(error.message)?.[1];
  const reason = code && reasons[codes[code] ?? code];
  return reason ? `${error.message}; ${reason}` : error.message;
}
