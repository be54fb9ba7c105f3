import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { type Expr, vjp } from "./mod.ts";
import * as e from "./mod.ts";

const x = e.input("x");

/** The result of `build` with its numbers as inputs, evaluated at x. */
function evaluateAt(value: number, build: () => Expr): number {
  const { result, numbers } = e.numbersAsInputs(build);
  const inputs = numbers.map((n, i) => [e.numberName(i), n] as const);
  return e.evaluate(result, { x: value, ...Object.fromEntries(inputs) });
}

Deno.test("expressions that differ in numbers alone are one expression, whatever the numbers", () => {
  const builds: ((n: number) => Expr)[] = [
    (n) => e.mul(x, n),
    (n) => e.add(e.mul(n, e.abs(x)), 1),
    (n) => e.sub(x, n),
    (n) => e.div(x, n),
    (n) => e.select(e.less(x, n), n, 0),
    (n) => e.pow(e.abs(x), n - 2.5),
    (n) => e.exp(e.toExpr(n)),
    (n) => e.withSlope(x, x, n),
  ];
  for (const build of builds) {
    const { result } = e.numbersAsInputs(() => build(0.3));
    for (const n of [1, -1, 0, -0, 2, 4, 0.25, Infinity, NaN]) {
      const other = e.numbersAsInputs(() => build(n));
      assertStrictEquals(other.result, result);
      for (const value of [-1.7, 0, 0.3, 5]) {
        assertEquals(
          evaluateAt(value, () => build(n)),
          e.evaluate(build(n), { x: value }),
          `${n} ${value}`,
        );
      }
    }
  }
});

Deno.test("numbers are rounded to float32 once", () => {
  const { numbers } = e.numbersAsInputs(() => e.mul(x, 0.1));
  assertEquals(numbers, [Math.fround(0.1)]);
});

Deno.test("constants and exponents that are products stay in the structure", () => {
  for (const n of [1, 2, 3]) {
    const power = () => e.pow(x, n);
    const { result, numbers } = e.numbersAsInputs(power);
    assertStrictEquals(result, power());
    assertEquals(numbers, []);
  }
  const { result, numbers } = e.numbersAsInputs(() => e.mul(x, e.constant(1)));
  assertStrictEquals(result, x);
  assertEquals(numbers, []);
});

Deno.test("functions and derivatives bring no numbers of their own", () => {
  const build = () => {
    const y = e.add(e.sigmoid(x), e.tanh(e.atan(e.sqrt(e.abs(e.max(e.erf(x), e.cos(x)))))));
    const [dx] = vjp([{ value: y, cotangent: e.input("g") }], [x]);
    return dx ?? y;
  };
  const { result, numbers } = e.numbersAsInputs(build);
  assertEquals(numbers, []);
  assertStrictEquals(result, build());
});

Deno.test("an error inside leaves numbers as constants outside, and so does the end of an inner call", () => {
  assertThrows(() => e.numbersAsInputs(() => e.add(x, undefined as never)), TypeError);
  assertStrictEquals(e.toExpr(0.5), e.constant(0.5));
  const { numbers } = e.numbersAsInputs(() => {
    e.numbersAsInputs(() => e.mul(x, 7));
    return e.mul(x, 5);
  });
  assertEquals(numbers, [5]);
});
