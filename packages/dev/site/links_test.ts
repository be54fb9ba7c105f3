import { assertEquals } from "@std/assert";
import { join } from "node:path";
import {
  brokenLinks,
  type LinkTargets,
  liveReadme,
  pageOf,
  pagesIn,
  relativeLink,
  siteLink,
} from "./links.ts";

const texts = new Set(["README.md", "docs/gpu.md", "docs/adr/README.md"]);

const targets: LinkTargets = {
  isPage: (path) => texts.has(path),
  isCopied: (path) => path.startsWith("docs/images/"),
  sourceOf: (path) => path.endsWith(".ts") ? `https://example.org/${path}` : undefined,
};

Deno.test("pageOf() leaves index.html to the home page, and names the others after their texts", () => {
  const pages = ["README.md", "docs/gpu.md", "docs/adr/README.md"].map(pageOf);
  assertEquals(pages, ["readme.html", "docs/gpu.html", "docs/adr/index.html"]);
  assertEquals(pageOf(liveReadme), "live/index.html");
});

Deno.test("siteLink() leads from page to page, to files, and to the source", () => {
  const link = (href: string, from = "docs/gpu.md") => siteLink(href, from, targets);
  assertEquals(link("docs/gpu.md", "README.md"), "docs/gpu.html");
  assertEquals(link("packages/dev/site/live/README.md", "README.md"), "live/index.html");
  assertEquals(link("../README.md#more"), "../readme.html#more");
  assertEquals(link("adr/"), "adr/index.html");
  assertEquals(link("gpu.md#node"), "#node");
  assertEquals(link("images/step.svg"), "images/step.svg");
  assertEquals(link("../packages/expr/mod.ts"), "https://example.org/packages/expr/mod.ts");
  assertEquals(link("../none.txt"), undefined);
  for (const other of ["#here", "https://example.com/README.md"]) assertEquals(link(other), other);
});

Deno.test("relativeLink() leads from a page to a file or a fragment", () => {
  assertEquals(relativeLink("api/expr/wasm.html", "api/expr.html#Expr"), "../expr.html#Expr");
  assertEquals(relativeLink("api/expr.html", "api/expr.html#Expr"), "#Expr");
  assertEquals(relativeLink("index.html", "index.html"), "index.html");
});

Deno.test("brokenLinks() finds links, headings and pictures that are not there", async () => {
  const site = await Deno.makeTempDir();
  await Deno.mkdir(join(site, "docs"));
  await Deno.writeTextFile(join(site, "index.html"), `<a href="docs/a.html#part">a</a>`);
  const page =
    `<h2 id="part"></h2><a href="../index.html#none"></a><a href="https://example.com"></a><a href="#part"></a>
    <img src="images/none.svg"><a href="none.html">none</a>`;
  await Deno.writeTextFile(join(site, "docs/a.html"), page);
  assertEquals(await brokenLinks(site, await pagesIn(site)), [
    "docs/a.html: ../index.html#none",
    "docs/a.html: images/none.svg",
    "docs/a.html: none.html",
  ]);
  await Deno.remove(site, { recursive: true });
});
