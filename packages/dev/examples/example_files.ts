import { readFiles } from "../guides/read_files.ts";
import { findExamples } from "./find_examples.ts";

/** The variable that lists the files whose examples `register_examples.ts` runs, as JSON. */
export const exampleVariable = "SPIKELOOP_EXAMPLES";

/** The files with examples at some paths, which are folders or files of the repository. */
export async function exampleFiles(paths: readonly string[]): Promise<string[]> {
  const folders = paths.map((path) => path.replace(/^\.\/|\/$/g, ""));
  const files = (await Promise.all([".ts", ".md"].map(readFiles))).flatMap((found) => [...found]);
  return files
    .filter(([path]) =>
      folders.some((folder) => folder === "." || path === folder || path.startsWith(`${folder}/`))
    )
    .filter(([, text]) => findExamples(text).length > 0)
    .map(([path]) => path)
    .sort();
}
