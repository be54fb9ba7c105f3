import { assertEquals } from "@std/assert";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { repositoryRoot } from "./run_deno.ts";
import { slowTests } from "./slow_tests.ts";

Deno.test("the slow tests exist", () => {
  assertEquals(slowTests.filter((path) => !existsSync(join(repositoryRoot, path))), []);
});
