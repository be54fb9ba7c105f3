import { isPart, reasonOf } from "./write_file.ts";

/** The name of the lock in a folder. */
const lockName = ".spikeloop.lock";

/** A folder that this process alone writes to. */
export interface FolderLock {
  /** Lets other runs write to the folder. */
  release(): Promise<void>;
}

/**
 * Makes a folder and locks it, and removes parts of files that a killed run has left in it. The
 * system releases the lock when the process ends, however that happens.
 *
 * @throws {Error} if another run has locked it, or it cannot be made or written to.
 */
export async function lockFolder(folder: string): Promise<FolderLock> {
  const path = `${folder}/${lockName}`;
  let file: Deno.FsFile;
  try {
    await Deno.mkdir(folder, { recursive: true });
    for (;;) {
      file = await Deno.open(path, { read: true, write: true, create: true });
      if (!await file.tryLock(true)) {
        const owner = await ownerOf(file);
        throw new Error(
          `another run${owner} writes to it; give this one a folder of its own, --out`,
        );
      }
      if (await isAt(file, path)) break;
      file.close(); // The earlier owner has removed it meanwhile.
    }
    await file.truncate();
    await file.write(new TextEncoder().encode(`${Deno.pid}\n`));
    for await (const { name, isFile } of Deno.readDir(folder)) {
      if (isFile && isPart(name)) await Deno.remove(`${folder}/${name}`);
    }
  } catch (error) {
    throw new Error(`Cannot write to ${folder}: ${reasonOf(error)}`, { cause: error });
  }
  return {
    release: async () => {
      await Deno.remove(path).catch(() => {});
      file.close();
    },
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
