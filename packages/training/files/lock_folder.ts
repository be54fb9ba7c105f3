import * as fs from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { isPart, reasonOf } from "./write_file.ts";

/** The name of the lock in a folder. */
const lockName = ".spikeloop.lock";

/** A folder that this process alone writes to. */
export interface FolderLock {
  /** Lets other runs write to the folder. */
  release(): Promise<void>;
}

/**
 * Makes a folder and locks it, and removes parts of files that a killed run has left in it. In Deno
 * the system holds the lock, and releases it when the process ends, however that happens. Node and
 * Bun cannot do so: there the lock is a file with the number of the process, which counts as long
 * as that process lives.
 *
 * @throws {Error} if another run has locked it, or it cannot be made or written to.
 */
export async function lockFolder(folder: string): Promise<FolderLock> {
  const path = join(folder, lockName);
  try {
    fs.mkdirSync(folder, { recursive: true });
    const release = "Deno" in globalThis ? await lockBySystem(path) : lockByName(path);
    for (const name of fs.readdirSync(folder)) if (isPart(name)) fs.rmSync(join(folder, name));
    return { release: () => Promise.resolve(release()) };
  } catch (error) {
    throw new Error(`Cannot write to ${folder}: ${reasonOf(error)}`, { cause: error });
  }
}

function failLocked(owner: string): never {
  throw new Error(`another run${owner} writes to it; give this one a folder of its own, --out`);
}

/** Locks by the system, and returns the release. */
async function lockBySystem(path: string): Promise<() => void> {
  let file: Deno.FsFile;
  for (;;) {
    file = await Deno.open(path, { read: true, write: true, create: true });
    if (!await file.tryLock(true)) failLocked(await ownerOf(file));
    if (await isAt(file, path)) break;
    file.close(); // The earlier owner has removed it meanwhile.
  }
  await file.truncate();
  await file.write(new TextEncoder().encode(`${process.pid}\n`));
  return () => {
    fs.rmSync(path, { force: true });
    file.close();
  };
}

/** Whether an open file is the one with this name, as far as the system tells. */
async function isAt(file: Deno.FsFile, path: string): Promise<boolean> {
  const own = await file.stat();
  const other = await Deno.stat(path).catch(() => undefined);
  return other !== undefined && own.ino === other.ino && own.dev === other.dev;
}

/** The process that has locked a file, for a message. */
async function ownerOf(file: Deno.FsFile): Promise<string> {
  try {
    const bytes = new Uint8Array(32);
    const length = await file.read(bytes) ?? 0;
    const id = new TextDecoder().decode(bytes.subarray(0, length)).trim();
    return /^\d+$/.test(id) ? `, process ${id},` : "";
  } catch {
    return ""; // Windows lets nobody else read a locked file.
  } finally {
    file.close();
  }
}

/** Locks by a file with the number of this process, and returns the release. */
function lockByName(path: string): () => void {
  for (;;) {
    try {
      fs.writeFileSync(path, `${process.pid} ${hostname()}\n`, { flag: "wx" });
      return () => fs.rmSync(path, { force: true });
    } catch (error) {
      if ((error as { code?: string }).code !== "EEXIST") throw error;
    }
    const [id, host = hostname()] = fs.readFileSync(path, "utf8").trim().split(" ");
    if (host !== hostname()) {
      failLocked(`, process ${id} on ${host}, (if it has ended, remove ${path})`);
    }
    if (Number(id) !== process.pid && isAlive(Number(id))) failLocked(`, process ${id},`);
    fs.rmSync(path, { force: true });
  }
}

function isAlive(id: number): boolean {
  try {
    return id > 0 && process.kill(id, 0);
  } catch (error) {
    return (error as { code?: string }).code === "EPERM"; // It is another user's.
  }
}
