import { assertEquals, assertMatch } from "@std/assert";
import { summaryOf, withPackageNames } from "./reference.ts";

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
