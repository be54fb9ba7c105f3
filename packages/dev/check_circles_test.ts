import { assertEquals } from "@std/assert";
import { checkCircles } from "./check_circles.ts";

/** The circles of a tree that is given as `{ path: text }`. */
function circlesOf(tree: Record<string, string>): string[] {
  return checkCircles(Object.entries(tree).map(([path, text]) => ({ path, text })));
}

Deno.test("files that import downwards have no circles", () => {
  const tree = {
    "a/mod.ts": `export * from "./one.ts";\nexport * from "./in/two.ts";\n`,
    "a/one.ts": `import { two } from "./in/two.ts";\nimport "@spikeloop/expr";\n`,
    "a/in/two.ts": `export const two = 2;\n`,
  };
  assertEquals(circlesOf(tree), []);
});

Deno.test("a circle is found, also one of types alone", () => {
  const tree = {
    "a/one.ts": `import type { Two } from "./in/two.ts";\n`,
    "a/in/two.ts": `export type { One } from "../one.ts";\n`,
  };
  assertEquals(circlesOf(tree), [
    "Files import each other: a/one.ts -> a/in/two.ts -> a/one.ts",
  ]);
});

Deno.test("all circles are found, with a file that imports itself", () => {
  const tree = {
    "a.ts": `import "./b.ts";\nimport "./c.ts";\n`,
    "b.ts": `import "./a.ts";\n`,
    "c.ts": `import "./c.ts";\n`,
  };
  assertEquals(circlesOf(tree), [
    "Files import each other: a.ts -> b.ts -> a.ts",
    "Files import each other: c.ts -> c.ts",
  ]);
});
