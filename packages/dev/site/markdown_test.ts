import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { codeBlock, contentsOf, type Heading, sectionsOf } from "./markdown.ts";

const headings: Heading[] = [
  { level: 1, id: "a", html: "A" },
  { level: 2, id: "b", html: "B" },
  { level: 3, id: "c", html: "<code>C</code>" },
  { level: 2, id: "d", html: "D" },
];

Deno.test("contentsOf() nests the headings of a page, and lists none where there is one", () => {
  assertEquals(
    contentsOf(headings),
    `<ul><li><a href="#b">B</a><ul><li><a href="#c"><code>C</code></a></li></ul></li>` +
      `<li><a href="#d">D</a></li></ul>`,
  );
  assertEquals(contentsOf(headings.slice(0, 2)), "");
});

Deno.test("sectionsOf() cuts a page at its headings", () => {
  const html = `<h1 id="a">A</h1><p>one</p><h2 id="b">B</h2><p>two &amp; <b>three</b></p>`;
  assertEquals(sectionsOf({ html, headings: headings.slice(0, 2) }), [
    { id: "a", title: "A", text: "one" },
    { id: "b", title: "B", text: "two & three" },
  ]);
});

Deno.test("codeBlock() makes a block to copy, or a playground", () => {
  assertStringIncludes(codeBlock("let a;\n", "js"), `class="button copy"`);
  const live = codeBlock("let a;\n", "js live");
  assert(live.startsWith(`<div class="playground"><pre>`));
  assertStringIncludes(live, `<span class="keyword">let</span> a;`);
});
