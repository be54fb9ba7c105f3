import { assertEquals } from "@std/assert";
import { pageOf, specifierOf } from "./names.ts";

const facade = { subpath: ".", path: "packages/spikeloop/mod.ts" };
const program = { subpath: "./cli", path: "packages/spikeloop/cli.ts" };
const wasm = { subpath: "./expr/wasm", path: "packages/expr/wasm/mod.ts" };

Deno.test("the entry points of the facade have its name", () => {
  assertEquals([facade, program, wasm].map(specifierOf), [
    "@spikeloop/spikeloop",
    "@spikeloop/spikeloop/cli",
    "@spikeloop/expr/wasm",
  ]);
});

Deno.test("every entry point has a page of its own", () => {
  assertEquals([facade, program, wasm].map(pageOf), [
    "api/spikeloop.html",
    "api/cli.html",
    "api/expr/wasm.html",
  ]);
});
