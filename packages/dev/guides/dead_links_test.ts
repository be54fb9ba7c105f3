import { assertEquals } from "@std/assert";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { repositoryRoot } from "../run_deno.ts";
import { deadLinks } from "./dead_links.ts";
import { readFiles } from "./read_files.ts";

Deno.test("deadLinks() finds files and headings that are not there, in prose only", () => {
  const files = new Map([
    [
      "docs/a.md",
      "# A\n[b](b.md#what-it-s-c-1) [b](b.md#gone) ![p](p.svg) [x](https://a.b/c) [a](#a)\n" +
      "`[no](code.md)`\n```md\n[no](code.md)\n```\n[up](../docs/) [up](../README.md)",
    ],
    ["docs/b.md", "## What `it-s` C 1\n```sh\n# gone\n```\n[a](a.md#b)"],
  ]);
  const there = ["docs/a.md", "docs/b.md", "docs/"];
  assertEquals(deadLinks(files, (path) => there.includes(path)), [
    "docs/a.md: b.md#gone",
    "docs/a.md: p.svg",
    "docs/a.md: ../README.md",
    "docs/b.md: a.md#b",
  ]);
});

Deno.test("every link in the Markdown files of the repository leads somewhere", async () => {
  const files = await readFiles(".md");
  assertEquals(files.has("README.md") && files.has("docs/gpu.md"), true);
  assertEquals(deadLinks(files, (path) => existsSync(join(repositoryRoot, path))), []);
});
