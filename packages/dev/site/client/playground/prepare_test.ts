import { assertEquals } from "@std/assert";
import { asFunction, prepare } from "./prepare.ts";

Deno.test("prepare() leads imports of the library to its modules", () => {
  const code = `import { ilc } from "spikeloop";
import { add } from 'spikeloop/expr';
import { key } from "@spikeloop/random";
import other from "other";
const w = await import("spikeloop/webgpu");`;
  assertEquals(
    prepare(code, "/lib"),
    `import { ilc } from "/lib/spikeloop.js";
import { add } from '/lib/expr.js';
import { key } from "/lib/random.js";
import other from "other";
const w = await import("/lib/webgpu.js");`,
  );
});

Deno.test("prepare() exports the value of a last expression", () => {
  const prepared = (code: string) => prepare(code, "");
  assertEquals(prepared("const a = 1;\na + 1;\n"), "const a = 1;\nexport const $value = a + 1;\n");
  assertEquals(
    prepared("for (const x of y) {\n  f(x);\n}\n// the plot\nplot([1], { a: 2 });"),
    "for (const x of y) {\n  f(x);\n}\n// the plot\nexport const $value = plot([1], { a: 2 });",
  );
  assertEquals(
    prepared("f(`;`, ';'); // ;\n// end"),
    "export const $value = f(`;`, ';'); // ;\n// end",
  );
});

Deno.test("prepare() leaves a last statement that is no expression", () => {
  for (
    const code of [
      "const a = () => {\n  b();\n};",
      "for (;;) { f(); }",
      "let a = 1",
      "export default 3;",
      "function f() {}",
      "// nothing",
      "",
    ]
  ) assertEquals(prepare(code, ""), code);
});

Deno.test("asFunction() keeps every line in its place", () => {
  const code = `import {\n  a,\n} from "spikeloop";\nexport const b = a;\nawait b;`;
  const lines = asFunction(code).split("\n");
  assertEquals(lines.map((line) => line.trim()), [
    'async () => {"use strict";',
    "",
    "",
    "const b = a;",
    "await b;",
    "}",
  ]);
});
