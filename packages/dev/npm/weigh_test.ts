import { assertEquals } from "@std/assert";
import { budgets } from "./budgets.ts";
import { excess } from "./weigh.ts";

const budget = { what: "a thing", source: "", most: 2, never: [/^tensor\//] };

Deno.test("a program keeps its budget up to the last byte", () => {
  assertEquals(excess(budget, { bytes: 2000, modules: ["expr/mod.js"] }), []);
});

Deno.test("a program that is too heavy or brings along too much breaks its budget", () => {
  assertEquals(excess(budget, { bytes: 2001, modules: ["tensor/a.js", "tensor/b.js"] }), [
    "more than 2 kB",
    "brings along tensor/a.js, tensor/b.js",
  ]);
});

Deno.test("rect may bring along its own file, but no other surrogates", () => {
  const { most, never } = budgets.find(({ what }) => what === "rect") ?? {};
  const modules = ["surrogate/functions/piecewise.js", "surrogate/functions/tails.js"];
  assertEquals(excess({ ...budget, most: most ?? 0, never }, { bytes: 0, modules }), [
    "brings along surrogate/functions/tails.js",
  ]);
});
