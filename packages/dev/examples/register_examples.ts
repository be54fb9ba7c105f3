/**
 * Registers the examples of the files that `deno task test` names in a variable as tests. They
 * share one worker, which loads the packages once: `deno test --doc` starts a worker for each.
 *
 * @module
 */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { repositoryRoot } from "../run_deno.ts";
import { exampleVariable } from "./example_files.ts";
import { type Example, findExamples } from "./find_examples.ts";

/** Writes an example as a module in `dist/examples`, on the lines that it has in its file. */
async function writeModule(path: string, { line, code, language }: Example): Promise<string> {
  const module = join(repositoryRoot, "dist/examples", `${path}#${line}.${language}`);
  await mkdir(dirname(module), { recursive: true });
  await writeFile(module, `${"\n".repeat(line - 1)}${code}export {};\n`);
  return pathToFileURL(module).href;
}

for (const path of JSON.parse(Deno.env.get(exampleVariable) ?? "[]")) {
  for (const example of findExamples(await readFile(join(repositoryRoot, path), "utf8"))) {
    const module = await writeModule(path, example);
    Deno.test(`the example of ${path}:${example.line}`, async () => {
      await import(module);
    });
  }
}
