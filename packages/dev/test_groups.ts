import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { repositoryRoot } from "./run_deno.ts";
import { slowTests } from "./slow_tests.ts";
import { sourceFiles } from "./source_files.ts";

/** Packages whose tests measure threads and memory, lose devices, or start processes. */
const apart = /^packages\/(cpu|dev|spikeloop|webgpu)\//;

/**
 * Other tests that have a worker of their own, because they measure memory or modules, or break
 * what others need.
 */
const alone: readonly string[] = [
  "packages/actor/garbage_test.ts",
  "packages/backend/structure_cache_test.ts",
  "packages/data/gpu_test.ts",
  "packages/functional/garbage_test.ts",
  "packages/interchange/mutations_test.ts",
  "packages/interchange/torch/attack_test.ts",
  "packages/training/gpu_test.ts",
  "packages/training/second_thread/desk_test.ts",
];

/**
 * Sorts test files into those that have a worker of their own and, by the names of packages, those
 * that share one: a worker that loads the library takes a fifth of a second.
 */
export function groupTests(
  paths: readonly string[],
): { readonly single: readonly string[]; readonly shared: ReadonlyMap<string, readonly string[]> } {
  const single: string[] = [];
  const shared = new Map<string, string[]>();
  for (const path of paths) {
    const [folder, name] = path.split("/");
    if (folder !== "packages" || apart.test(path) || [...alone, ...slowTests].includes(path)) {
      single.push(path);
    } else shared.set(name, [...shared.get(name) ?? [], path]);
  }
  return { single, shared };
}

/**
 * Writes a module for the tests of each package that share a worker into `folder`, and returns what
 * there is to run: slow tests, these modules, the other tests.
 */
export async function writeTestGroups(folder: string): Promise<string[]> {
  const files = await Promise.all(
    ["packages", "bench", "docs"].map((path) => Array.fromAsync(sourceFiles(path))),
  );
  const tests = files.flat().map(({ path }) => path).filter((path) => path.endsWith("_test.ts"));
  const { single, shared } = groupTests(tests.sort());
  const modules = [...shared].map(async ([name, paths]) => {
    const file = join(folder, `${name}_test.ts`);
    const imports = paths.map((path) => `import "${pathToFileURL(join(repositoryRoot, path))}";\n`);
    await Deno.writeTextFile(file, imports.join(""));
    return file;
  });
  const others = single.filter((path) => !slowTests.includes(path));
  return [...slowTests, ...await Promise.all(modules), ...others];
}
