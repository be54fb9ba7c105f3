import { assertEquals } from "@std/assert";
import { highlight } from "./highlight.ts";
import { textOf } from "./html.ts";

/** The classes and texts of the tokens. */
function tokensOf(html: string): string[] {
  return [...html.matchAll(/<span class="(\w+)">([^<]*)<\/span>/g)]
    .map(([, kind, text]) => `${kind} ${textOf(text)}`);
}

Deno.test("highlight() marks the tokens of TypeScript", () => {
  const code = `const a = f("x // y", 0.5e-3); // b < "c"\nlet t: Tensor = state.default;`;
  const html = highlight(code, "ts");
  assertEquals(tokensOf(html), [
    "keyword const",
    "function f",
    'string "x // y"',
    "number 0.5e-3",
    'comment // b < "c"',
    "keyword let",
    "type Tensor",
  ]);
  assertEquals(textOf(html), code);
});

Deno.test("highlight() marks comments of shells and Python, and leaves other languages plain", () => {
  assertEquals(tokensOf(highlight("deno task test # all\n./a#b", "sh")), ["comment # all"]);
  assertEquals(tokensOf(highlight("def f(x): # one", "python")), [
    "keyword def",
    "function f",
    "comment # one",
  ]);
  assertEquals(highlight("if <a>", "text"), "if &lt;a&gt;");
});
