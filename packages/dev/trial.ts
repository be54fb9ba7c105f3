/**
 * `deno task trial [paths] [options of deno test]`: the long form of the random tests and soaks,
 * whose short form is part of `deno task test`. The last line is as there.
 *
 * @module
 */
import { sourceFiles } from "./source_files.ts";
import { runTests } from "./test.ts";
import { testArguments } from "./test_arguments.ts";
import { trialVariable } from "./testing/trials.ts";

/** The test files that ask how many trials to run, also through `foreignErrors`. */
export async function trialFiles(): Promise<string[]> {
  const files = (await Promise.all(
    ["packages", "bench"].map((folder) => Array.fromAsync(sourceFiles(folder))),
  )).flat();
  return files
    .filter(({ path, text }) =>
      path.endsWith("_test.ts") && /\b(trials\(\d|foreignErrors\()/.test(text)
    )
    .map(({ path }) => path)
    .sort();
}

if (import.meta.main) {
  Deno.env.set(trialVariable, "1");
  const { options, paths } = testArguments(Deno.args);
  const passed = await runTests([...options, ...(paths.length > 0 ? paths : await trialFiles())]);
  // An explicit exit: a download that never ends must not keep the process alive.
  Deno.exit(passed ? 0 : 1);
}
