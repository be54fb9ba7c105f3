import { assertAlmostEquals, assertEquals, assertStrictEquals } from "@std/assert";
import * as e from "./mod.ts";

const x = e.input("x");
const y = e.input("y");

function derivative(f: e.Expr, by: e.Expr, at: Record<string, number>): number {
  const [d] = e.vjp([{ value: f, cotangent: e.constant(1) }], [by]);
  return d === undefined ? 0 : e.evaluate(d, at);
}

/** Slopes of the functions in float64, by central differences of the plain function. */
function slope(f: (x: number) => number, at: number): number {
  const h = 1e-5;
  return (f(at + h) - f(at - h)) / (2 * h);
}

const smooth: Record<string, [e.Expr, (x: number) => number, number[]]> = {
  neg: [e.neg(x), (v) => -v, [-1, 2]],
  abs: [e.abs(x), Math.abs, [-1, 2]],
  sqrt: [e.sqrt(x), Math.sqrt, [0.3, 4]],
  exp: [e.exp(x), Math.exp, [-2, 0, 1.5]],
  log: [e.log(x), Math.log, [0.2, 3]],
  sin: [e.sin(x), Math.sin, [-2, 0, 1]],
  cos: [e.cos(x), Math.cos, [-2, 0, 1]],
  tanh: [e.tanh(x), Math.tanh, [-1, 0, 0.5]],
  atan: [e.atan(x), Math.atan, [-3, 0, 0.5]],
  sigmoid: [e.sigmoid(x), (v) => 1 / (1 + Math.exp(-v)), [-3, 0, 2]],
  mul: [e.mul(x, e.mul(x, x)), (v) => v * v * v, [-1, 2]],
  div: [e.div(3, e.add(x, 4)), (v) => 3 / (v + 4), [-1, 2]],
  sub: [e.sub(1, e.mul(2, x)), (v) => 1 - 2 * v, [-1, 2]],
  pow: [e.pow(x, 2.5), (v) => v ** 2.5, [0.5, 2]],
  exponent: [e.pow(1.7, x), (v) => 1.7 ** v, [-1, 2]],
  select: [e.select(e.less(x, 0), e.mul(x, 2), e.exp(x)), (v) => v < 0 ? 2 * v : Math.exp(v), [
    -1,
    1,
  ]],
  min: [e.min(x, e.mul(x, x)), (v) => Math.min(v, v * v), [0.5, 2]],
  max: [e.max(x, e.mul(x, x)), (v) => Math.max(v, v * v), [0.5, 2]],
};

Deno.test("every derivative equals central finite differences", () => {
  for (const [name, [f, plain, points]] of Object.entries(smooth)) {
    for (const at of points) {
      const want = slope(plain, at);
      assertAlmostEquals(
        derivative(f, x, { x: at }),
        want,
        1e-5 * Math.max(1, Math.abs(want)),
        `${name} at ${at}`,
      );
    }
  }
});

Deno.test("the error function's derivative is the Gaussian", () => {
  for (const at of [-1.5, 0, 0.3, 2]) {
    const want = 2 / Math.sqrt(Math.PI) * Math.exp(-at * at);
    assertAlmostEquals(derivative(e.erf(x), x, { x: at }), want, 1e-6);
    assertAlmostEquals(derivative(e.erfc(x), x, { x: at }), -want, 1e-6);
  }
});

Deno.test("min and max give each of two equals half the gradient, abs gives 0 at 0", () => {
  for (const f of [e.min(x, y), e.max(x, y)]) {
    assertEquals(derivative(f, x, { x: 2, y: 2 }), 0.5);
    assertEquals(derivative(f, y, { x: 2, y: 2 }), 0.5);
  }
  assertEquals(derivative(e.abs(x), x, { x: 0 }), 0);
});

Deno.test("floor, round and comparisons have no gradient", () => {
  for (const f of [e.floor(x), e.round(x), e.less(x, y), e.equal(x, y), e.lessEqual(x, y)]) {
    assertEquals(e.vjp([{ value: f, cotangent: e.constant(1) }], [x]), [undefined]);
  }
});

Deno.test("detach stops gradients and leaves the value", () => {
  const f = e.mul(e.detach(x), x);
  assertEquals(derivative(f, x, { x: 3 }), 3);
  assertEquals(e.evaluate(f, { x: 3 }), 9);
});

Deno.test("a spike's derivative is its slope, and a declared slope replaces the value's own", () => {
  assertEquals(derivative(e.spike(e.mul(x, 2), e.exp(x)), x, { x: 0 }), 2);
  assertEquals(derivative(e.withSlope(e.round(x), x, 7), x, { x: 0.2 }), 7);
  assertEquals(derivative(e.withSlope(e.mul(x, x), x, 7), x, { x: 3 }), 7);
});

Deno.test("no gradient reaches the test of a choice", () => {
  assertEquals(derivative(e.select(e.sub(x, 1), y, 2), x, { x: 3, y: 1 }), 0);
});

Deno.test("shared parts gather the gradients of all their users", () => {
  const shared = e.exp(x);
  const f = e.add(e.mul(shared, shared), shared);
  assertAlmostEquals(derivative(f, x, { x: 0.5 }), 2 * Math.exp(1) + Math.exp(0.5), 1e-5);
});

Deno.test("inputs that a value does not depend on have no gradient, any node may be an input", () => {
  const square = e.mul(x, x);
  const gradients = e.vjp([{ value: e.exp(square), cotangent: e.input("g") }], [y, square]);
  assertStrictEquals(gradients[0], undefined);
  const [, bySquare] = gradients;
  assertEquals(bySquare && e.evaluate(bySquare, { x: 0, g: 3 }), 3);
});

Deno.test("several outputs add their gradients, and derivatives can be taken again", () => {
  const [d] = e.vjp([
    { value: e.mul(x, x), cotangent: e.input("g") },
    { value: e.mul(x, 3), cotangent: e.input("h") },
  ], [x]);
  assertEquals(d && e.evaluate(d, { x: 5, g: 1, h: 10 }), 40);
  const [first] = e.vjp([{ value: e.pow(x, 3), cotangent: e.constant(1) }], [x]);
  assertEquals(first && derivative(first, x, { x: 2 }), 12);
});

Deno.test("sigmoid's gradient is finite everywhere", () => {
  for (const at of [-1000, -89, 0, 89, 1000]) {
    const d = derivative(e.sigmoid(x), x, { x: at });
    assertEquals(Number.isFinite(d), true, `at ${at}`);
  }
});

Deno.test("sigmoid's second and third derivative are finite everywhere, and exact far from 0", () => {
  for (const at of [-1000, -89, -50, -2, 0, 2, 50, 1000]) {
    const s = 1 / (1 + Math.exp(-at));
    const rest = 1 / (1 + Math.exp(at));
    const wanted = [s * rest * (rest - s), s * rest * (1 - 6 * s * rest)];
    let [f] = e.vjp([{ value: e.sigmoid(x), cotangent: e.constant(1) }], [x]);
    for (const want of wanted) {
      [f] = f === undefined ? [] : e.vjp([{ value: f, cotangent: e.constant(1) }], [x]);
      const got = f && e.evaluate(f, { x: at });
      // Above 0 the difference 1 - s has the error of s. Below -88 s is 0.
      const error = 1e-6 * Math.abs(want) + (at > 0 ? 1e-7 : 1e-38);
      assertEquals(got !== undefined && Math.abs(got - want) <= error, true, `${got} at ${at}`);
    }
  }
});

Deno.test("|x| has gradient 0 at 0 and at NaN, as in PyTorch", () => {
  const x = e.input("x");
  const [dx] = e.vjp([{ value: e.abs(x), cotangent: e.input("g") }], [x]);
  const at = (x: number) => dx && e.evaluate(dx, { x, g: 3 });
  assertEquals([-2, -0, 0, 2, NaN, -Infinity].map(at), [-3, 0, 0, 3, 0, -3]);
});
