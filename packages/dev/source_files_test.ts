import { assert, assertEquals } from "@std/assert";
import { sourceFiles } from "./source_files.ts";

Deno.test("sourceFiles() reads the TypeScript files of a folder, without test data", async () => {
  const files = await Array.fromAsync(sourceFiles("packages/dev/"));
  const paths = files.map(({ path }) => path);
  assert(paths.includes("packages/dev/source_files.ts"));
  assert(paths.includes("packages/dev/npm/bundle.ts"));
  assertEquals(paths.filter((path) => !path.endsWith(".ts") || /testdata/.test(path)), []);
});

Deno.test("sourceFiles() reads a single file", async () => {
  const path = "packages/dev/source_files_test.ts";
  const [file, ...others] = await Array.fromAsync(sourceFiles(path));
  assertEquals(others, []);
  assertEquals(file.path, path);
  assert(file.text.includes("reads a single file"));
});
