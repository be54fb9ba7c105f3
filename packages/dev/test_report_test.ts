import { assertEquals } from "@std/assert";
import { closingLine, testReport } from "./test_report.ts";

Deno.test("a clean run gives its count", () => {
  const report = testReport(0, "a ... ok (1ms)\n\nok | 12 passed | 0 failed (3s)\n");
  assertEquals(report, { passed: 12, failed: 0, skipped: 0, ignored: [] });
  assertEquals(closingLine(report), "12 passed, 0 failed");
});

Deno.test("steps are not counted as tests", () => {
  const line = "FAILED | 3 passed (11 steps) | 2 failed (5 steps) | 1 ignored (7 steps) (33ms)";
  const report = testReport(1, line);
  assertEquals(closingLine(report), "3 passed, 2 failed, 1 skipped");
});

Deno.test("ignored tests are listed by file and name, colours or not", () => {
  const output = "\x1b[90m./gpu_test.ts => \x1b[0mruns (not run here: no GPU) ... " +
    "\x1b[33mignored\x1b[0m (0ms)\nplain ... ignored (0ms)\nok | 0 passed | 0 failed | 2 ignored (1ms)";
  assertEquals(testReport(0, output).ignored, [
    "./gpu_test.ts: runs (not run here: no GPU)",
    "plain",
  ]);
});

Deno.test("a run that never got to its tests is one failure", () => {
  assertEquals(closingLine(testReport(1, "error: Type checking failed.\n")), "0 passed, 1 failed");
  assertEquals(closingLine(testReport(0, "")), "0 passed, 1 failed");
});

Deno.test("a failing run whose tests all passed is one failure", () => {
  const report = testReport(1, "ok | 4 passed | 0 failed (3ms)\nerror: Promise resolution pending");
  assertEquals(closingLine(report), "4 passed, 1 failed");
});

Deno.test("only the last summary counts, so a test may print one", () => {
  const output =
    "ok | 99 passed | 0 failed (1s)\n\nok | 1 passed | 0 failed | 3 filtered out (2ms)";
  assertEquals(closingLine(testReport(0, output)), "1 passed, 0 failed");
});
