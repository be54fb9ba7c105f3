import { assertEquals } from "@std/assert";
import { add, detach, div, equal, evaluate, input, less, mul, withSlope } from "@spikeloop/expr";
import { makeFormula, pullbackOf } from "./formula.ts";

const [a, b] = [input("a"), input("b")];

Deno.test("a formula knows which of its outputs are always 0 or 1", () => {
  const outputs = [less(a, b), withSlope(equal(a, b), a, 1), detach(less(a, b)), add(a, b)];
  assertEquals(makeFormula("f", ["a", "b"], outputs).binary, [true, true, true, false]);
});

Deno.test("a pullback reads only the inputs and cotangents that it needs, and is derived once", () => {
  const formula = makeFormula("f", ["a", "b"], [mul(a, b), add(a, 1)]);
  const toB = pullbackOf(formula, 0b10);
  assertEquals([toB.reads, toB.cotangents, toB.results], [[0], [0], [-1, 0]]);
  const { kernel } = toB.formula;
  const [of, cotangent] = kernel.inputs;
  assertEquals(evaluate(kernel.outputs[0], { [of]: 3, [cotangent]: 5 }), 15);
  assertEquals(pullbackOf(formula, 0b10), toB);
});

Deno.test("an output without a cotangent adds nothing to a pullback, not 0 times its derivative", () => {
  const formula = makeFormula("f", ["a", "b"], [mul(a, b), div(1, a)]);
  const ofProduct = pullbackOf(formula, 0b01, 0b10);
  assertEquals([ofProduct.reads, ofProduct.cotangents, ofProduct.results], [[1], [0], [0, -1]]);
  assertEquals(pullbackOf(formula, 0b01, 0b10), ofProduct);
  assertEquals(pullbackOf(formula, 0b01).cotangents, [0, 1]);
});

Deno.test("a pullback whose gradients are its arguments unchanged says which", () => {
  const sum = pullbackOf(makeFormula("sum", ["a", "b"], [add(a, b)]), 0b11);
  assertEquals([sum.passed, sum.results], [[0, 0], [0, 1]]);
  const product = pullbackOf(makeFormula("product", ["a", "b"], [mul(a, b)]), 0b11);
  assertEquals(product.passed, undefined);
  // Each factor, if the cotangent is 1: the slots are a, b and the cotangent.
  assertEquals(product.passedAtOne, [1, 0]);
});

Deno.test("cotangents of different levels have different names", () => {
  const first = pullbackOf(makeFormula("product", ["a", "b"], [mul(a, b)]), 0b01).formula;
  const second = pullbackOf(first, 0b11).formula;
  const names = [...first.kernel.inputs, ...second.kernel.inputs];
  assertEquals(names.filter((n) => n.startsWith("g0")).length > 0, true);
  assertEquals(names.filter((n) => n.startsWith("g1")).length > 0, true);
});
