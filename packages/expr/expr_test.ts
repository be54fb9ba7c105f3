import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import * as e from "./mod.ts";

Deno.test("expressions of the same structure are the same object", () => {
  const build = () => e.add(e.mul(e.input("v"), 0.75), e.exp(e.input("x")));
  assertStrictEquals(build(), build());
});

Deno.test("0 and -0 are different constants, and numbers round to float32", () => {
  assertEquals(e.constant(0) === e.constant(-0), false);
  assertStrictEquals(e.constant(0.1), e.constant(Math.fround(0.1)));
  assertStrictEquals(e.constant(NaN), e.constant(NaN));
});

Deno.test("operands come before their users in a schedule", () => {
  const x = e.input("x");
  const square = e.mul(x, x);
  const root = e.add(square, e.select(e.less(x, 0), square, e.spike(x, e.exp(x))));
  const order = e.schedule([root]);
  for (const node of order) {
    for (const operand of e.operands(node)) {
      assertEquals(order.indexOf(operand) < order.indexOf(node), true);
    }
  }
});

Deno.test("a slope is not computed in the forward pass", () => {
  assertEquals(e.inputNames([e.spike(e.input("u"), e.input("slope"))]), ["u"]);
});

Deno.test("something that is neither a number nor an expression is refused by name", () => {
  assertThrows(
    () => e.add(e.input("x"), "1" as unknown as number),
    TypeError,
    "Cannot use 1 (string) in an expression",
  );
});

Deno.test("evaluating without an input that is read names it", () => {
  assertThrows(() => e.evaluate(e.add(e.input("x"), e.input("y")), { x: 1 }), TypeError, '"y"');
});

Deno.test("operators on expressions throw, and templates name the operation", () => {
  const x = e.input("x") as unknown as number;
  const uses = [() => x + x, () => x > 0, () => -x, () => x == 1, () => Math.exp(x), () => x ** 2];
  for (const use of uses) {
    assertThrows(use, TypeError, "use add, sub, mul, div, pow, less, greater");
  }
  assertEquals(`${e.add(x, 1)}`, "an expression (add)");
  assertEquals(JSON.stringify(e.constant(2)).includes('"value":2'), true);
});

Deno.test("a tensor in an expression is told to use the functions of tensors", () => {
  class Tensor {
    toString(): string {
      return "Tensor([2], cpu)";
    }
  }
  const wrong = () => e.add(e.input("x"), new Tensor() as unknown as number);
  const words = "Cannot use Tensor([2], cpu) (object) in an expression: expected a number or";
  assertThrows(wrong, TypeError, words);
  assertThrows(wrong, TypeError, "@spikeloop/tensor");
});
