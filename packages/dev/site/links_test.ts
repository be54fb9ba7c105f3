import { assertEquals } from "@std/assert";
import { join } from "node:path";
import { brokenLinks, siteLink } from "./links.ts";

Deno.test("siteLink() leads to the pages of Markdown files", () => {
  assertEquals(siteLink("docs/gpu.md"), "docs/gpu.html");
  assertEquals(siteLink("../README.md#more"), "../index.html#more");
  assertEquals(siteLink("adr/README.md"), "adr/index.html");
});

Deno.test("siteLink() leaves other links as they are", () => {
  for (const link of ["#here", "https://example.com/README.md", "images/step.svg"]) {
    assertEquals(siteLink(link), link);
  }
});

Deno.test("brokenLinks() finds links, headings and pictures that are not there", async () => {
  const site = await Deno.makeTempDir();
  await Deno.mkdir(join(site, "docs"));
  await Deno.writeTextFile(join(site, "index.html"), `<a href="docs/a.html#part">a</a>`);
  const page =
    `<h2 id="part"></h2><a href="../index.html#none"></a><a href="https://example.com"></a><a href="#part"></a>
    <img src="images/none.svg"><a href="none.html">none</a>`;
  await Deno.writeTextFile(join(site, "docs/a.html"), page);
  assertEquals(await brokenLinks(site, ["index.html", "docs/a.html"]), [
    "docs/a.html: ../index.html#none",
    "docs/a.html: images/none.svg",
    "docs/a.html: none.html",
  ]);
  await Deno.remove(site, { recursive: true });
});
