import { assertEquals, assertStringIncludes } from "@std/assert";
import { checkCircles, checkLayers, type LayerRules } from "./check_layers.ts";

const rules: LayerRules = {
  layers: { expr: 0, tensor: 1, surrogate: 1, webgpu: 2, neuron: 3, training: 7 },
  entries: { training: [".", "./cli"] },
  forbidden: [
    { files: /^packages\/webgpu\/(?!one\.ts)/, specifier: "@spikeloop/expr", reason: "so it is" },
    { files: /./, specifier: "@spikeloop/training/cli", reason: "so it is" },
  ],
};

/** The problems of a tree that is given as `{ path: text }`. */
function problemsOf(tree: Record<string, string>): string[] {
  const files = Object.entries(tree).map(([path, text]) => ({ path: `packages/${path}`, text }));
  return checkLayers(files, rules);
}

/** The one problem of a tree. */
function problemOf(tree: Record<string, string>): string {
  const problems = problemsOf(tree);
  assertEquals(problems.length, 1, problems.join("\n"));
  return problems[0];
}

Deno.test("imports that only go down are fine", () => {
  assertEquals(
    problemsOf({
      "expr/mod.ts": `export * from "./add.ts";\n`,
      "expr/add.ts": `export const add = 1;\n`,
      "tensor/cpu/cpu.ts": `import { add } from "@spikeloop/expr";\nimport "../shape.ts";\n`,
      "neuron/mod.ts": `import type { Tensor } from "@spikeloop/tensor";\nimport "node:fs";\n`,
    }),
    [],
  );
});

Deno.test("an upward import is named with file and line", () => {
  assertEquals(
    problemOf({ "tensor/a.ts": `// One.\nimport {\n  b,\n} from "@spikeloop/neuron";\n` }),
    'packages/tensor/a.ts:4 imports "@spikeloop/neuron", but layer 1 (tensor) imports lower ' +
      "layers only, and neuron is of layer 3",
  );
});

Deno.test("an import within a layer counts as upward", () => {
  const problem = problemOf({ "tensor/a.ts": `export * from "@spikeloop/surrogate";\n` });
  assertStringIncludes(problem, "surrogate is of layer 1");
});

Deno.test("a type or a dynamic import counts like any other", () => {
  const type = problemOf({ "expr/a.ts": `import type { T } from "@spikeloop/tensor";\n` });
  assertStringIncludes(type, "packages/expr/a.ts:1");
  const dynamic = problemOf({ "expr/b.ts": `\nconst t = await import("@spikeloop/tensor");\n` });
  assertStringIncludes(dynamic, "packages/expr/b.ts:2");
});

Deno.test("a cycle is named with its packages and the lines that close it", () => {
  const problems = problemsOf({
    "tensor/a.ts": `import "@spikeloop/expr";\n`,
    "expr/b.ts": `\nimport "@spikeloop/tensor";\n`,
  });
  assertEquals(problems.length, 2);
  assertEquals(
    problems[1],
    "Packages import each other: tensor -> expr -> tensor (packages/tensor/a.ts:1 imports " +
      '"@spikeloop/expr"; packages/expr/b.ts:2 imports "@spikeloop/tensor")',
  );
});

Deno.test("a package that imports itself by name is a cycle", () => {
  const problems = problemsOf({ "expr/a.ts": `import "@spikeloop/expr";\n` });
  assertStringIncludes(problems.join("\n"), "Packages import each other: expr -> expr");
});

Deno.test("a deep import is refused, by name and by relative path", () => {
  const byName = problemOf({ "tensor/a.ts": `import "@spikeloop/expr/build.ts";\n` });
  assertStringIncludes(byName, "past the entry point of @spikeloop/expr");
  const relative = problemOf({ "tensor/cpu/a.ts": `import "../../expr/build.ts";\n` });
  assertStringIncludes(relative, 'packages/tensor/cpu/a.ts:1 imports "../../expr/build.ts"');
});

Deno.test("an entry point that the package exports is no deep import", () => {
  assertEquals(problemsOf({ "dev/a.ts": `import "@spikeloop/training/cli";\n` }), []);
});

Deno.test("a test may import its own layer, the GPU backend and the unpublished package", () => {
  const text = ["surrogate", "webgpu", "tensor", "dev"]
    .map((name) => `import "@spikeloop/${name}";\n`).join("");
  assertEquals(problemsOf({ "tensor/a_test.ts": text }), []);
  assertEquals(problemsOf({ "tensor/testing/devices.ts": text }), []);
});

Deno.test("a test may not import a higher layer", () => {
  const problem = problemOf({ "expr/a_test.ts": `import "@spikeloop/tensor";\n` });
  assertStringIncludes(problem, "a test of layer 0 that imports layer 1");
});

Deno.test("published code may not import the unpublished package", () => {
  const problem = problemOf({ "expr/a.ts": `import { equal } from "@spikeloop/dev";\n` });
  assertStringIncludes(problem, "published code cannot import the unpublished package");
});

Deno.test("a forbidden import is refused in its files, tests excepted", () => {
  const text = `import type { Expr } from "@spikeloop/expr";\n`;
  assertEquals(
    problemOf({ "webgpu/map.ts": text }),
    'packages/webgpu/map.ts:1 imports "@spikeloop/expr", but so it is',
  );
  assertEquals(problemsOf({ "webgpu/one.ts": text, "webgpu/map_test.ts": text }), []);
  const subpath = problemOf({ "webgpu/one.ts": `import "@spikeloop/training/cli";\n` });
  assertStringIncludes(subpath, "but so it is");
});

Deno.test("a package without a layer is refused", () => {
  const problem = problemOf({ "tensor/a.ts": `import "@spikeloop/stranger";\n` });
  assertStringIncludes(problem, "a package without a layer");
});

/** The circles of a tree that is given as `{ path: text }`. */
function circlesOf(tree: Record<string, string>): string[] {
  return checkCircles(Object.entries(tree).map(([path, text]) => ({ path, text })));
}

Deno.test("files that import downwards have no circles", () => {
  const tree = {
    "a/mod.ts": `export * from "./one.ts";\nexport * from "./in/two.ts";\n`,
    "a/one.ts": `import { two } from "./in/two.ts";\nimport "@spikeloop/expr";\n`,
    "a/in/two.ts": `export const two = 2;\n`,
  };
  assertEquals(circlesOf(tree), []);
});

Deno.test("a circle is found, also one of types alone", () => {
  const tree = {
    "a/one.ts": `import type { Two } from "./in/two.ts";\n`,
    "a/in/two.ts": `export type { One } from "../one.ts";\n`,
  };
  assertEquals(circlesOf(tree), [
    "Files import each other: a/one.ts -> a/in/two.ts -> a/one.ts",
  ]);
});

Deno.test("all circles are found, with a file that imports itself", () => {
  const tree = {
    "a.ts": `import "./b.ts";\nimport "./c.ts";\n`,
    "b.ts": `import "./a.ts";\n`,
    "c.ts": `import "./c.ts";\n`,
  };
  assertEquals(circlesOf(tree), [
    "Files import each other: a.ts -> b.ts -> a.ts",
    "Files import each other: c.ts -> c.ts",
  ]);
});
