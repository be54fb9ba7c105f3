import { assertEquals } from "@std/assert";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { repositoryRoot } from "../../run_deno.ts";
import type { DocModule, Place } from "./doc_nodes.ts";
import { nameLinks } from "./name_links.ts";
import { modulesOf, pageOf, specifierOf } from "./read_reference.ts";

const place = (path: string, line: number): Place => ({
  filename: pathToFileURL(join(repositoryRoot, path)).href,
  line,
  col: 0,
});

const declared = (name: string, path: string, line: number, kind = "function") => ({
  name,
  declarations: [{ kind, location: place(path, line), def: {} }],
});

const passedOn = (name: string, target: Place) => ({
  name,
  declarations: [{ kind: "reference", location: place("packages/x.ts", 1), def: { target } }],
});

// Deno explains a name in the first module that it meets, wherever it is declared.
const modules: Readonly<Record<string, DocModule>> = {
  "packages/spikeloop/mod.ts": {
    symbols: [
      declared("add", "packages/tensor/functions.ts", 3),
      declared("Tensor", "packages/tensor/tensor.ts", 5, "class"),
    ],
  },
  "packages/expr/mod.ts": { symbols: [declared("add", "packages/expr/arithmetic.ts", 9)] },
  "packages/tensor/mod.ts": {
    module_doc: { doc: "Tensors.", tags: [{ kind: "example", doc: "Like this." }] },
    symbols: [
      passedOn("add", place("packages/tensor/functions.ts", 3)),
      passedOn("Tensor", place("packages/tensor/tensor.ts", 5)),
    ],
  },
};

const entries = [".", "./expr", "./tensor"].map((subpath) => ({
  subpath,
  path: `packages/${subpath === "." ? "spikeloop" : subpath.slice(2)}/mod.ts`,
}));

Deno.test("a name is explained once, where the package is that declares it", () => {
  const [facade, expr, tensor] = modulesOf(entries, (path) => modules[path]);
  assertEquals(facade.symbols, []);
  const addresses = ["api/tensor.html#add", "api/tensor.html#Tensor"];
  assertEquals(facade.others.map(({ address }) => address), addresses);
  assertEquals(tensor.symbols.map(({ address }) => address), addresses);
  assertEquals(tensor.symbols.map(({ group }) => group), ["Functions", "Classes"]);
  assertEquals(tensor.symbols[0].file, "packages/tensor/functions.ts");
  assertEquals(tensor.doc, "Tensors.\n\nLike this.");
  assertEquals([expr.specifier, expr.page, expr.folder], [
    "@spikeloop/expr",
    "api/expr.html",
    "expr",
  ]);
});

Deno.test("nameLinks() finds a name in its own package, or where it is the only one", () => {
  const [facade, expr, tensor] = modulesOf(entries, (path) => modules[path]);
  const linkOf = nameLinks([facade, expr, tensor]);
  assertEquals(linkOf("Tensor"), "api/tensor.html#Tensor");
  assertEquals(linkOf("add"), undefined);
  assertEquals([expr, tensor, facade].map((module) => linkOf("add", module)), [
    "api/expr.html#add",
    "api/tensor.html#add",
    undefined,
  ]);
});

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
