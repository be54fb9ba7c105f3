/**
 * `deno task test [paths] [options of deno test]`: every test and every documentation example.
 * Another process checks the types meanwhile.
 * The last line is always `N passed, N failed`, with `, N skipped` where tests were ignored.
 *
 * @module
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { isStandIn } from "./assert.ts";
import { exampleFiles, exampleVariable } from "./examples/example_files.ts";
import { type Outcome, repositoryRoot, runDeno } from "./run_deno.ts";
import { testArguments } from "./test_arguments.ts";
import { writeTestGroups } from "./test_groups.ts";
import { closingLine, testReport } from "./test_report.ts";

/** The tested paths where no path is given. */
const everything = ["packages", "bench", "docs", "README.md", "ARCHITECTURE.md", "CONTRIBUTING.md"]
  .filter((path) => existsSync(join(repositoryRoot, path)));

/** Spares every test file the wait for a network that is known not to answer. */
const offline: readonly string[] = isStandIn ? ["--no-remote"] : [];

/** Checks the types of the files at some paths, and of the examples in them. */
export async function checkTypes(
  paths: readonly string[] = everything,
  examples?: readonly string[],
): Promise<Outcome> {
  // A folder stands for its TypeScript files alone.
  const guides = (examples ?? await exampleFiles(paths)).filter((path) => path.endsWith(".md"));
  const files = [...new Set([...paths, ...guides])];
  return await runDeno(["check", "--quiet", "--doc", ...offline, ...files]);
}

/** Runs the tests, prints their output and the closing line; true when all is well. */
export async function runTests(args: readonly string[]): Promise<boolean> {
  const { options, paths } = testArguments(args);
  const folder = await Deno.makeTempDir({ prefix: "spikeloop-tests-" });
  const tested = paths.length > 0
    ? paths.filter((path) => !path.endsWith(".md")) // Their examples are run by the runner.
    : await writeTestGroups(folder);
  const examples = await exampleFiles(paths.length > 0 ? paths : everything);
  Deno.env.set(exampleVariable, JSON.stringify(examples));
  const isChecked = !options.includes("--no-check");
  const runner = "packages/dev/examples/register_examples.ts";
  const own = ["--no-check", ...options.filter((option) => option !== "--no-check")];
  const [{ code, output }, types] = await Promise.all([
    runDeno(
      ["test", "--quiet", "--allow-all", "--parallel", ...offline, ...own, runner, ...tested],
      { echo: true },
    ),
    isChecked ? checkTypes(paths.length > 0 ? paths : everything, examples) : undefined,
  ]).finally(() => Deno.remove(folder, { recursive: true }));
  const report = testReport(code, output);
  if (report.ignored.length > 0) {
    console.log(`Not run here:\n${report.ignored.map(withReason).join("\n")}\n`);
  }
  const found = report.passed + report.failed + report.skipped > 0;
  if (!found) console.log(`No test found in ${tested.join(", ")}\n`);
  const hasTypeErrors = types !== undefined && types.code !== 0;
  if (hasTypeErrors) console.error(`${types.output.trimEnd()}\n`);
  const failed = report.failed + (hasTypeErrors ? 1 : 0);
  console.log(closingLine({ ...report, failed }));
  return found && failed === 0;
}

function withReason(test: string): string {
  return `  ${test}${/ \(.+\)$/.test(test) ? "" : " (no reason given: see testUnless)"}`;
}

// An explicit exit: a download that never ends must not keep the process alive.
if (import.meta.main) Deno.exit(await runTests(Deno.args) ? 0 : 1);
