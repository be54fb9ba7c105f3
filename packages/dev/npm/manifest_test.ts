import { assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { readMembers } from "../members.ts";
import { repositoryRoot } from "../run_deno.ts";
import { npmReadme } from "./bundle.ts";
import { entriesOf, manifest } from "./manifest.ts";

const expr = {
  name: "expr",
  isPublished: true,
  exports: { ".": "./mod.ts", "./wasm": "./wasm/mod.ts" },
};
const facade = { name: "spikeloop", isPublished: true, exports: { ".": "./mod.ts" } };
const dev = { name: "dev", isPublished: false, exports: { ".": "./mod.ts" } };

Deno.test("the npm package has the entry points of every published package; its own is the facade's", () => {
  const { exports } = manifest("1.2.3", entriesOf([dev, expr, facade]));
  assertEquals(exports, {
    ".": { types: "./spikeloop/mod.d.ts", default: "./spikeloop/mod.js" },
    "./expr": { types: "./expr/mod.d.ts", default: "./expr/mod.js" },
    "./expr/wasm": { types: "./expr/wasm/mod.d.ts", default: "./expr/wasm/mod.js" },
    "./package.json": "./package.json",
  });
});

Deno.test("the npm package has no dependency and runs nothing when it is installed", async () => {
  const json = manifest("1.2.3", entriesOf(await readMembers()));
  const unwanted = ["dependencies", "peerDependencies", "optionalDependencies", "scripts"];
  assertEquals(unwanted.filter((key) => key in json), []);
  assertEquals(json.bin, { spikeloop: "spikeloop/cli.js" });
  assertEquals([json.type, json.sideEffects, json.version], ["module", false, "1.2.3"]);
});

Deno.test("the README of the npm package speaks of the npm package", async () => {
  const readme = npmReadme(await Deno.readTextFile(join(repositoryRoot, "README.md")), "1.2.3");
  assertStringIncludes(readme, "    npm install spikeloop\n\n## ");
  assertStringIncludes(readme, 'from "spikeloop/functional"');
  assertEquals(/@spikeloop|task demo|checkout/.test(readme), false);
});

Deno.test("package.json names the repository where the project knows it, and nothing else", () => {
  const named = manifest("1.2.3", [], "https://example.org/a/b");
  assertEquals(
    [named.repository, named.homepage, named.bugs],
    [
      { type: "git", url: "git+https://example.org/a/b.git" },
      "https://example.org/a/b#readme",
      "https://example.org/a/b/issues",
    ],
  );
  const keys = ["repository", "homepage", "bugs"];
  assertEquals(keys.filter((key) => key in manifest("1.2.3", [], "")), []);
});

Deno.test("the README on npm keeps names on JSR, and its links lead to the repository or nowhere", () => {
  const readme =
    "`jsr:@spikeloop/neuron` is `@spikeloop/neuron`: [the GPU](docs/gpu.md), [a](#b)\n";
  assertEquals(
    npmReadme(readme, "1.2.3", ""),
    "`jsr:@spikeloop/neuron` is `spikeloop/neuron`: the GPU, [a](#b)\n",
  );
  assertStringIncludes(
    npmReadme(readme, "1.2.3", "https://example.org/a/b"),
    "[the GPU](https://example.org/a/b/blob/v1.2.3/docs/gpu.md)",
  );
});
