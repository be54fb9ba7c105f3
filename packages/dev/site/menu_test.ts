import { assertEquals } from "@std/assert";
import { menu, turnPages } from "./menu.ts";

const groups = [
  {
    title: "Start",
    items: [{ title: "One", page: "a/one.html" }, { title: "Two", page: "two.html" }],
  },
  { title: "More", items: [{ title: "<Three>", page: "a/three.html" }] },
];

/** The links of HTML. */
function linksOf(html: string): string[] {
  return [...html.matchAll(/href="([^"]+)"/g)].map(([, link]) => link);
}

Deno.test("menu() links to all pages and marks the one that is open", () => {
  const html = menu(groups, "a/one.html");
  assertEquals(linksOf(html), ["one.html", "../two.html", "three.html"]);
  assertEquals(html.match(/<a [^>]*aria-current="page">[^<]*/g)?.length, 1);
  assertEquals(html.includes("&lt;Three&gt;"), true);
});

Deno.test("turnPages() links to the neighbours of a page over the borders of groups", () => {
  assertEquals(linksOf(turnPages(groups, "two.html")), ["a/one.html", "a/three.html"]);
  assertEquals(linksOf(turnPages(groups, "a/three.html")), ["../two.html"]);
  assertEquals(turnPages(groups, "none.html"), "");
});
