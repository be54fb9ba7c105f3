/**
 * `deno task test [paths] [options of deno test]`: every test and every documentation example.
 * The last line is always `N passed, N failed`, with `, N skipped` where tests were ignored.
 *
 * @module
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { isStandIn } from "./assert.ts";
import { repositoryRoot, runDeno } from "./run_deno.ts";
import { testArguments } from "./test_arguments.ts";
import { closingLine, testReport } from "./test_report.ts";

/** The tested paths where no path is given. */
const everything = ["packages", "bench", "docs", "README.md", "ARCHITECTURE.md", "CONTRIBUTING.md"];

/** Spares every test file the wait for a network that is known not to answer. */
const offline: readonly string[] = isStandIn ? ["--no-remote"] : [];

/** Runs the tests, prints their output and the closing line; true when all is well. */
export async function runTests(args: readonly string[]): Promise<boolean> {
  const { options, paths } = testArguments(args);
  const tested = paths.length > 0
    ? paths
    : everything.filter((path) => existsSync(join(repositoryRoot, path)));
  const { code, output } = await runDeno(
    ["test", "--quiet", "--allow-all", "--doc", "--parallel", ...offline, ...options, ...tested],
    { echo: true },
  );
  const report = testReport(code, output);
  if (report.ignored.length > 0) {
    console.log(`Not run here:\n${report.ignored.map(withReason).join("\n")}\n`);
  }
  const found = report.passed + report.failed + report.skipped > 0;
  if (!found) console.log(`No test found in ${tested.join(", ")}\n`);
  console.log(closingLine(report));
  return found && report.failed === 0;
}

function withReason(test: string): string {
  return `  ${test}${/ \(.+\)$/.test(test) ? "" : " (no reason given: see testUnless)"}`;
}

// An explicit exit: a download that never ends must not keep the process alive.
if (import.meta.main) Deno.exit(await runTests(Deno.args) ? 0 : 1);
