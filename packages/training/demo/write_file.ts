/**
 * Writes a file so that a reader, a full disk or a killed process finds either the earlier file or
 * the whole new one: it writes beside it, syncs, and renames.
 *
 * @throws {Error} if it fails; the earlier file is as it was then, and nothing else is left.
 */
export async function writeFile(path: string, content: Uint8Array | string): Promise<void> {
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
  let part: string | undefined;
  try {
    // A link stays, and the file behind it is replaced.
    const target = await Deno.realPath(path).catch(() => path);
    const name = `${target}.${Deno.pid}.${crypto.randomUUID().slice(0, 8)}.part`;
    {
      using file = await Deno.open(name, { write: true, createNew: true });
      part = name;
      for (let at = 0; at < bytes.length;) at += await file.write(bytes.subarray(at));
      await file.sync();
    }
    await Deno.rename(name, target);
    await syncFolder(target);
  } catch (error) {
    if (part !== undefined) await Deno.remove(part).catch(() => {});
    throw new Error(`Cannot write ${path}: ${reasonOf(error)}`, { cause: error });
  }
}

/** Makes the new name of a file last, where the system can. */
async function syncFolder(path: string): Promise<void> {
  try {
    using folder = await Deno.open(path.replace(/[^/\\]*$/, "") || ".");
    await folder.sync();
  } catch {
    // Not every system opens folders.
  }
}

/** Whether a file's name is that of a part, which a killed process has left. */
export function isPart(name: string): boolean {
  return /^(actor|report)(-\d+)?\.(safetensors|html)\.\d+\.[0-9a-f]{8}\.part$/.test(name);
}

/** The message of an error, and what it may come from. */
export function reasonOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  if (/os error (28|122)\b/.test(text)) return `${text}; the disk is full`;
  if (/os error (27)\b/.test(text)) return `${text}; files may not be so large here`;
  if (/os error (13|30|1)\b/.test(text)) return `${text}; the folder cannot be written to`;
  return text;
}
