import { assertEquals } from "@std/assert";
import { findExamples } from "./find_examples.ts";

/** Fences of code, spelt so that no tool takes this file for a guide. */
const fence = "`".repeat(3);

Deno.test("findExamples() finds the blocks of a guide that run, and their lines", () => {
  const guide =
    `# A\n\n${fence}ts\nf(1);\n${fence}\n\n${fence}ts ignore\ng();\n${fence}\n${fence}js live\n\nh();\n${fence}\n`;
  assertEquals(findExamples(guide), [
    { line: 4, code: "f(1);\n", language: "ts" },
    { line: 11, code: "\nh();\n", language: "js" },
  ]);
});

Deno.test("findExamples() finds the blocks of doc comments, without their stars", () => {
  const source =
    `/**\n * Text.\n *\n * ${fence}ts\n * if (a) {\n *   b();\n *\n * }\n * ${fence}\n */
export class A {
  /**
   * ${fence}sh
   * run
   * ${fence}
   * ${fence}ts
   * c * d;
   * ${fence}
   */
}\n`;
  assertEquals(findExamples(source), [
    { line: 5, code: "if (a) {\n  b();\n\n}\n", language: "ts" },
    { line: 17, code: "c * d;\n", language: "ts" },
  ]);
});
