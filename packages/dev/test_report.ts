import { stripVTControlCharacters } from "node:util";

/** How a run of `deno test` went. */
export interface TestReport {
  readonly passed: number;
  readonly failed: number;
  /** The ignored tests, each as `file: name (reason)` where the runner says so much. */
  readonly ignored: readonly string[];
  readonly skipped: number;
}

const summary = /^(?:ok|FAILED) \| (\d+) passed\b.*?\| (\d+) failed\b(?:.*?\| (\d+) ignored\b)?/gm;
const ignoredTest = /^(?:(\S+) => )?(.+) \.\.\. ignored(?: \(|$)/gm;

/**
 * Reads the counts from the output of `deno test`. A run without a summary, or one that failed
 * although every test passed (an error outside a test, say), counts as one failure.
 */
export function testReport(code: number, output: string): TestReport {
  const text = stripVTControlCharacters(output).replaceAll("\r", "");
  const [, passed, failed, skipped] = [...text.matchAll(summary)].at(-1) ?? [];
  const failures = Number(failed ?? 0);
  return {
    passed: Number(passed ?? 0),
    failed: code !== 0 || passed === undefined ? Math.max(1, failures) : failures,
    skipped: Number(skipped ?? 0),
    ignored: [...text.matchAll(ignoredTest)].map(([, file, name]) =>
      file === undefined ? name.trim() : `${file}: ${name.trim()}`
    ),
  };
}

/** The closing line: `N passed, N failed`, and `, N skipped` where tests were ignored. */
export function closingLine({ passed, failed, skipped }: TestReport): string {
  const counts = `${passed} passed, ${failed} failed`;
  return skipped > 0 ? `${counts}, ${skipped} skipped` : counts;
}
