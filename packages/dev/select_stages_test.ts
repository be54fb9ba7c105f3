import { assertEquals, assertThrows } from "@std/assert";
import { selectStages } from "./select_stages.ts";
import type { Stage } from "./stages.ts";

const stages: Stage[] = ["fmt", "lint", "test"].map((name) => ({
  name,
  run: () => Promise.resolve({ ok: true, output: "" }),
}));

/** The names of the stages that these arguments select. */
function selected(...args: string[]): string[] {
  return selectStages(stages, args).map(({ name }) => name);
}

Deno.test("no argument selects every stage", () => {
  assertEquals(selected(), ["fmt", "lint", "test"]);
});

Deno.test("names select stages in the gate's order", () => {
  assertEquals(selected("test", "fmt"), ["fmt", "test"]);
});

Deno.test("--without leaves stages out", () => {
  assertEquals(selected("--without", "test"), ["fmt", "lint"]);
  assertEquals(selected("--without"), ["fmt", "lint", "test"]);
});

Deno.test("a stage that does not exist is a RangeError that names those that do", () => {
  assertThrows(() => selected("tests"), RangeError, "fmt, lint, test");
});
