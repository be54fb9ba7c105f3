import * as fs from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { setTimeout as wait } from "node:timers/promises";
import { codeOf } from "./code_of.ts";
import { say, standardError } from "./say.ts";
import { isPart, reasonOf } from "./write_file.ts";

/** The name of the lock in a folder. */
const lockName = ".spikeloop.lock";

/** A folder that this run alone writes to. */
export interface FolderLock {
  /**
   * Checks that no other run has taken the folder over. One may do so after a long silence of this
   * run, whose process was stopped or whose machine was asleep.
   *
   * @throws {Error} if one has; the message names it.
   */
  check(): void;
  /** Lets other runs write to the folder. */
  release(): void;
}

/** The options of a lock. */
export interface LockOptions {
  /** The owner gives a sign of life after so many ms; 1,000 if missing. */
  readonly beat?: number;
  /** After a silence of so many ms a lock counts no more; 30,000 if missing. */
  readonly silence?: number;
  /** Says what happens to the lock of another run; on the standard error if missing. */
  readonly tell?: (line: string) => void;
}

/** A lock. Its file has it as `<process> <host> <random name> <beat>`. */
interface Lock {
  readonly process: number;
  readonly host: string;
  readonly name: string;
}

/** The names of this process's locks. */
const own = new Set<string>();

/**
 * Makes a folder and locks it, and removes parts of files that a killed run has left in it. The
 * lock is a file that names its process, and changes at every beat: so others, on other machines
 * too, see whether its owner lives, without comparing clocks. The lock of an owner that has ended
 * is taken over.
 *
 * @throws {Error} if another run has locked it, or it cannot be made or written to.
 */
export async function lockFolder(
  folder: string,
  { beat = 1000, silence = 30_000, tell = complain }: LockOptions = {},
): Promise<FolderLock> {
  const path = join(folder, lockName);
  const name = crypto.getRandomValues(new Uint32Array(2)).join("-");
  const lock = { process: process.pid, host: hostname(), name };
  let beats = 0;
  const live = () => {
    if (isAt(path, lock)) fs.writeFileSync(path, show(lock, ++beats), { flag: "r+" });
  };
  // A failure is silence, and the next check finds out what it means.
  const timer = setInterval(() => attempt(live), beat);
  const release = () => {
    clearInterval(timer);
    own.delete(name);
    attempt(() => isAt(path, lock) && fs.rmSync(path));
  };
  try {
    own.add(name);
    fs.mkdirSync(folder, { recursive: true });
    await take(path, lock, { beat, silence, tell });
    for (const name of fs.readdirSync(folder)) if (isPart(name)) fs.rmSync(join(folder, name));
  } catch (error) {
    release();
    throw new Error(`Cannot write to ${folder}: ${reasonOf(error)}`, { cause: error });
  }
  return {
    check: () => {
      if (isAt(path, lock) || create(path, show(lock, beats))) return;
      throw new Error(`Cannot go on in ${folder}: ${ownerOf(read(path))} has taken it over`);
    },
    release,
  };
}

/** Writes the lock, once there is none or its owner has ended. */
async function take(path: string, lock: Lock, options: Required<LockOptions>): Promise<void> {
  while (!create(path, show(lock, 0))) {
    const before = read(path);
    if (before === undefined) continue; // It has just been released.
    const sign = await waitForEnd(path, before, options);
    if (read(path) !== before) continue;
    // It may be another user's, who alone writes to it.
    fs.rmSync(path, { force: true });
    if (!create(path, show(lock, 0))) continue;
    // Of several that take it over, the last one to write has it.
    await wait(options.beat / 4);
    if (!isAt(path, lock)) failLocked(read(path));
    options.tell(`The lock of ${ownerOf(before)} is taken over: ${sign}.`);
    return;
  }
}

/**
 * Waits until an owner has ended, or has given no sign of life for long.
 *
 * @returns How one knows.
 * @throws {Error} if it lives.
 */
async function waitForEnd(
  path: string,
  before: string,
  { beat, silence, tell }: Required<LockOptions>,
): Promise<string> {
  const owner = parse(before);
  let isGone = false;
  // Containers may share the name of a machine, but not its processes.
  for (let waited = 0; waited < (isGone ? 2 * beat : silence); waited += beat / 4) {
    if (waited === 3 * beat) {
      tell(`Waiting ${silence / 1000} s for a sign of life of ${ownerOf(before)}.`);
    }
    await wait(beat / 4);
    const now = read(path);
    if (now === undefined) break;
    if (now !== before) failLocked(now);
    isGone = hasEnded(owner); // a process that has been killed may be there for a while
  }
  return isGone ? "it has ended" : `it has given no sign of life for ${silence / 1000} s`;
}

/** Whether the machine of this name has no such process, or had it before this one. */
function hasEnded(lock: Lock | undefined): boolean {
  if (lock === undefined || lock.host !== hostname()) return false;
  if (lock.process === process.pid) return !own.has(lock.name);
  try {
    return !process.kill(lock.process, 0);
  } catch (error) {
    return codeOf(error) !== "EPERM"; // EPERM: it is another user's.
  }
}

function failLocked(text: string | undefined): never {
  throw new Error(`${ownerOf(text)} writes to it; stop that one first, or take another folder`);
}

/** The run that has a lock, for messages. */
function ownerOf(text: string | undefined): string {
  const { process, host } = parse(text ?? "") ?? {};
  return process === undefined ? "another run" : `another run, process ${process} on ${host},`;
}

/** The text of a lock, equally long at all beats, so that none is read half-written. */
function show({ process, host, name }: Lock, beat: number): string {
  return `${process} ${host} ${name} ${String(beat).padStart(9, "0")}\n`;
}

function parse(text: string): Lock | undefined {
  const [, id, host, name] = /^([1-9]\d*) (\S+) (\S+) \d+\n$/.exec(text) ?? [];
  return id === undefined ? undefined : { process: Number(id), host, name };
}

/** Whether a lock is at its place. */
function isAt(path: string, { name }: Lock): boolean {
  return parse(read(path) ?? "")?.name === name;
}

/** The text of a file; undefined if there is none. */
function read(path: string): string | undefined {
  try {
    return fs.readFileSync(path, "utf8");
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    throw error;
  }
}

/** Writes a new file, or none, as on a full disk; false if there is one. */
function create(path: string, text: string): boolean {
  let file: number;
  try {
    file = fs.openSync(path, "wx");
  } catch (error) {
    if (codeOf(error) === "EEXIST") return false;
    throw error;
  }
  try {
    fs.writeFileSync(file, text);
    return true;
  } catch (error) {
    fs.rmSync(path, { force: true });
    throw error;
  } finally {
    fs.closeSync(file);
  }
}

function attempt(f: () => unknown): void {
  try {
    f();
  } catch {
    // Nobody waits for it.
  }
}

function complain(line: string): void {
  say(`${line}\n`, undefined, standardError);
}
