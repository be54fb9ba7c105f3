import { assertEquals } from "@std/assert";
import { findImports } from "./find_imports.ts";

Deno.test("every form of import is found with the line of its specifier", () => {
  const source = [
    `import "a";`,
    `import b from "b";`,
    `import * as c from "c";`,
    `import {`,
    `  d,`,
    `} from "d";`,
    `import type { E } from "e";`,
    `export * from "f";`,
    `export * as g from "g";`,
    `export type {`,
    `  H,`,
    `} from "h";`,
    `const i = await import("i");`,
    `let j: import("j").J;`,
  ].join("\n");
  assertEquals(findImports(source), [
    { specifier: "a", line: 1 },
    { specifier: "b", line: 2 },
    { specifier: "c", line: 3 },
    { specifier: "d", line: 6 },
    { specifier: "e", line: 7 },
    { specifier: "f", line: 8 },
    { specifier: "g", line: 9 },
    { specifier: "h", line: 12 },
    { specifier: "i", line: 13 },
    { specifier: "j", line: 14 },
  ]);
});

Deno.test("comments, examples in them and strings do not count", () => {
  const source = `/**
 * \`\`\`ts
 * import { a } from "a";
 * \`\`\`
 */
export const folders = "./packages/*"; // import "b";
// import "c";
export function from(x: string) {
  return [x, "d"];
}
export const words = 'import "e"';
`;
  assertEquals(findImports(source), []);
});
