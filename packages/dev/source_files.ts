import { join } from "node:path";
import { repositoryRoot } from "./run_deno.ts";

/** A source file: its path from the root with forward slashes, and its text. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
}

/** The TypeScript files of a folder of the repository, or the file of that path. */
export async function* sourceFiles(path: string): AsyncGenerator<SourceFile> {
  const absolute = join(repositoryRoot, path);
  if (path.endsWith(".ts")) {
    yield { path, text: await Deno.readTextFile(absolute) };
    return;
  }
  for await (const { name, isDirectory } of Deno.readDir(absolute)) {
    if (isDirectory ? name !== "testdata" && name !== "node_modules" : name.endsWith(".ts")) {
      yield* sourceFiles(`${path.replace(/\/$/, "")}/${name}`);
    }
  }
}
