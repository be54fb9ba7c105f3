import { join } from "node:path";
import { repositoryRoot } from "../run_deno.ts";

const notOurs = /^(node_modules|testdata|\.git|dist|demo-out|coverage)$/;

/** Reads the repository's files with this ending, by path, without fetched and built files. */
export async function readFiles(ending: string): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  const collect = async (folder: string) => {
    for await (const { name, isDirectory } of Deno.readDir(join(repositoryRoot, folder))) {
      const path = folder === "" ? name : `${folder}/${name}`;
      if (isDirectory && !notOurs.test(name)) await collect(path);
      if (!isDirectory && name.endsWith(ending)) {
        files.set(path, await Deno.readTextFile(join(repositoryRoot, path)));
      }
    }
  };
  await collect("");
  return files;
}
