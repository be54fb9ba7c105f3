import { assertEquals, assertMatch } from "@std/assert";
import { pathToFileURL } from "node:url";
import { repositoryRoot } from "../run_deno.ts";
import { specifierOf, summaryOf, withPackageNames, withSourceLinks } from "./reference.ts";

const entries = [{ subpath: "./expr/wasm", path: "packages/expr/wasm/mod.ts" }];

Deno.test("withPackageNames() shows what a program imports, and leaves links as they are", () => {
  const html = `<title>expr/wasm/mod.ts - Spikeloop</title></span>expr&#x2F;wasm&#x2F;mod.ts</ul>
import * as mod from &quot;expr/wasm/mod.ts&quot;; <a href="..&#x2F;expr&#x2F;wasm&#x2F;mod.ts&#x2F;index.html">`;
  assertEquals(
    withPackageNames(html, entries),
    `<title>@spikeloop/expr/wasm - Spikeloop</title></span>@spikeloop/expr/wasm</ul>
import * as mod from &quot;@spikeloop/expr/wasm&quot;; <a href="..&#x2F;expr&#x2F;wasm&#x2F;mod.ts&#x2F;index.html">`,
  );
});

Deno.test("summaryOf() is the first paragraph of a module's doc comment", async () => {
  const entry = { subpath: "./plot", path: "packages/plot/mod.ts" };
  assertMatch(await summaryOf(entry), /^Plots as SVG text\b/);
});

Deno.test("the entry points of the facade have its name", () => {
  const [facade, program] = ["mod", "cli"].map((name) => `packages/spikeloop/${name}.ts`);
  assertEquals(specifierOf({ subpath: ".", path: facade }), "@spikeloop/spikeloop");
  assertEquals(specifierOf({ subpath: "./cli", path: program }), "@spikeloop/spikeloop/cli");
  assertEquals(specifierOf(entries[0]), "@spikeloop/expr/wasm");
});

Deno.test("links to the source lead to the repository, or are left out", () => {
  const root = pathToFileURL(repositoryRoot).href.replaceAll("/", "&#x2F;");
  const html = `<a class="s" href="${root}packages&#x2F;expr&#x2F;mod.ts#L7">source</a>`;
  assertEquals(withSourceLinks(html, () => undefined), `<a class="s">source</a>`);
  assertEquals(
    withSourceLinks(html, (file) => `https://example.org/${file}`),
    `<a class="s" href="https://example.org/packages/expr/mod.ts#L7">source</a>`,
  );
});
