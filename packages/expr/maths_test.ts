import { assertEquals, assertLess } from "@std/assert";
import * as e from "./mod.ts";
import { compileSimd } from "./testing/run_simd.ts";

/** erfc in float64: its series near 0, its continued fraction beyond. */
function erfc(x: number): number {
  const z = Math.abs(x);
  if (z < 1) return 1 - erfSeries(x);
  let fraction = 0;
  for (let k = 300; k > 0; k--) fraction = k / 2 / (z + fraction);
  const tail = Math.exp(-z * z) / Math.sqrt(Math.PI) / (z + fraction);
  return x < 0 ? 2 - tail : tail;
}

function erfSeries(x: number): number {
  let [sum, term] = [0, x];
  for (let n = 0; n < 60; n++) {
    sum += term / (2 * n + 1);
    term *= -x * x / (n + 1);
  }
  return 2 / Math.sqrt(Math.PI) * sum;
}

const erf = (x: number) => Math.abs(x) < 1 ? erfSeries(x) : x < 0 ? erfc(-x) - 1 : 1 - erfc(x);

/**
 * Each function with its value to float64's precision, and the largest |x| for which its bound
 * holds.
 */
const functions: Record<string, [(x: e.Expr) => e.Expr, (x: number) => number, number]> = {
  exp: [e.exp, Math.exp, Infinity],
  log: [e.log, Math.log, Infinity],
  sin: [e.sin, Math.sin, 2 ** 20],
  cos: [e.cos, Math.cos, 2 ** 20],
  tanh: [e.tanh, Math.tanh, Infinity],
  atan: [e.atan, Math.atan, Infinity],
  erf: [e.erf, erf, Infinity],
  erfc: [e.erfc, erfc, Infinity],
};

/** The error in units of the last place of float32. */
function ulps(got: number, want: number): number {
  const size = Math.max(Math.abs(want), 2 ** -126);
  return Math.abs(got - want) / 2 ** (Math.floor(Math.log2(size)) - 23);
}

/** Numbers over the whole range of float32, denormals, infinities and NaN included. */
function* sample(step: number): Generator<number> {
  const bits = new Uint32Array(1);
  const float = new Float32Array(bits.buffer);
  for (let pattern = 0; pattern < 2 ** 32; pattern += step) {
    bits[0] = pattern;
    yield float[0];
  }
}

for (const [name, [build, exact, domain]] of Object.entries(functions)) {
  Deno.test(`${name} is within 0.51 ulp over the float32 range, with the same bits in SIMD`, () => {
    const f = build(e.input("x"));
    const evaluator = e.compileEvaluator([f], ["x"]);
    const simd = compileSimd([f], ["x"]);
    let worst = 0;
    let lanes: number[][] = [];
    const result = [0];
    for (const x of sample(32771)) {
      lanes.push([x]);
      if (lanes.length < 4) continue;
      const vector = simd(lanes)[0];
      lanes.forEach(([x], i) => {
        evaluator([x], result);
        if (!Object.is(vector[i], result[0])) assertEquals(vector[i], result[0], `${name}(${x})`);
        const want = exact(x);
        const rounded = Math.fround(want);
        if (Number.isNaN(want) || !Number.isFinite(rounded)) {
          assertEquals(result[0], rounded, `${name}(${x})`);
        } else if (Math.abs(x) <= domain) worst = Math.max(worst, ulps(result[0], want));
      });
      lanes = [];
    }
    assertLess(worst, 0.51);
  });
}

Deno.test("pow is within 0.51 ulp and has IEEE 754's special cases", () => {
  const pow = (a: number, b: number) => e.evaluate(e.pow(e.input("a"), e.input("b")), { a, b });
  const cases: [number, number, number][] = [
    [2, 3, 8],
    [-2, 3, -8],
    [-2, 2, 4],
    [-2, 0.5, NaN],
    [0, 2, 0],
    [0, -1, Infinity],
    [NaN, 0, 1],
    [1, NaN, 1],
    [1, Infinity, 1],
    [-1, Infinity, 1],
    [0.5, Infinity, 0],
    [2, Infinity, Infinity],
    [Infinity, -2, 0],
    [-Infinity, 3, -Infinity],
    [-Infinity, 0.5, Infinity],
    [-Infinity, -0.5, 0],
    [3, NaN, NaN],
  ];
  for (const [a, b, want] of cases) assertEquals(pow(a, b), want, `${a} ** ${b}`);
  let worst = 0;
  for (let i = 1; i < 2000; i++) {
    const a = Math.fround(i * 0.0173);
    const b = Math.fround((i % 77) * 0.31 - 11);
    const want = a ** b;
    if (Math.abs(want) < 1e38 && Math.abs(want) > 1e-37) {
      worst = Math.max(worst, ulps(pow(a, b), want));
    }
  }
  assertLess(worst, 0.51);
});

Deno.test("sin and cos stay bounded beyond their domain, and are NaN at infinity", () => {
  for (const x of [1e7, -3e9, 1e20, 3e38]) {
    for (const f of [e.sin, e.cos]) {
      const value = e.evaluate(f(e.input("x")), { x });
      assertEquals(Number.isFinite(value), true);
    }
  }
  assertEquals(e.evaluate(e.sin(e.input("x")), { x: Infinity }), NaN);
});
