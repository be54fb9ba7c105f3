import { join } from "node:path";
import { repositoryRoot } from "./run_deno.ts";

/** A package of the workspace. */
export interface Member {
  /** The folder below `packages/`. */
  readonly name: string;
  readonly isPublished: boolean;
  /** Entry points by subpath: `"."` is the package itself. Values are paths in the package. */
  readonly exports: Readonly<Record<string, string>>;
}

/** The packages of the workspace, read from each `deno.json`, in alphabetical order. */
export async function readMembers(root: string = repositoryRoot): Promise<Member[]> {
  const folder = join(root, "packages");
  const names = (await Array.fromAsync(Deno.readDir(folder)))
    .filter((entry) => entry.isDirectory)
    .map((entry) => entry.name)
    .sort();
  return await Promise.all(names.map(async (name) => {
    const config = JSON.parse(await Deno.readTextFile(join(folder, name, "deno.json")));
    const exports = typeof config.exports === "string" ? { ".": config.exports } : config.exports;
    return { name, isPublished: config.publish !== false, exports };
  }));
}
