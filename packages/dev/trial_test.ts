import { assertEquals } from "@std/assert";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { repositoryRoot } from "./run_deno.ts";
import { trials } from "./testing/trials.ts";
import { trialFiles } from "./trial.ts";

Deno.test("a test runs the short form, a trial the long one", () => {
  assertEquals(trials(3, 100, false), 3);
  assertEquals(trials(3, 100, true), 100);
});

Deno.test("a trial runs the test files that have a long form", async () => {
  const files = await trialFiles();
  assertEquals(files.includes("packages/functional/bptt_test.ts"), true);
  assertEquals(files.includes("packages/spikeloop/wrong_values_test.ts"), true);
  assertEquals(files.filter((path) => !existsSync(join(repositoryRoot, path))), []);
});
