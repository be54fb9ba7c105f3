/**
 * `deno task test [paths] [options of deno test]`: every test and every documentation example.
 * The last line is always `N passed, N failed`, with `, N skipped` where tests were ignored.
 *
 * @module
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { repositoryRoot, runDeno } from "./run_deno.ts";
import { testArguments } from "./test_arguments.ts";
import { closingLine, testReport } from "./test_report.ts";

/** What is tested when no path is given. */
const everything = ["packages", "docs", "README.md", "ARCHITECTURE.md", "CONTRIBUTING.md"];

/** Runs the tests, prints what they print and the closing line; true when all is well. */
export async function runTests(args: readonly string[]): Promise<boolean> {
  const { options, paths } = testArguments(args);
  const tested = paths.length > 0
    ? paths
    : everything.filter((path) => existsSync(join(repositoryRoot, path)));
  const { code, output } = await runDeno(
    ["test", "--quiet", "--allow-all", "--doc", "--parallel", ...options, ...tested],
    { echo: true },
  );
  const report = testReport(code, output);
  if (report.ignored.length > 0) {
    console.log(`Not run here:\n${report.ignored.map((test) => `  ${test}`).join("\n")}\n`);
  }
  const ran = report.passed + report.failed > 0;
  if (!ran) console.log(`No test ran in ${tested.join(", ")}\n`);
  console.log(closingLine(report));
  return ran && report.failed === 0;
}

if (import.meta.main && !await runTests(Deno.args)) Deno.exit(1);
