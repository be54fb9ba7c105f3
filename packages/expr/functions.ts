// The transcendental functions. Their bits are the same on every machine: see maths.ts.
import type {
  BinaryExpr,
  DerivativeRule,
  Expr,
  ExprLike,
  Maths,
  MathsRunner,
  UnaryExpr,
  UnaryTag,
} from "./expr.ts";
import { add, div, mul, neg, sub } from "./algebra.ts";
import { equal, select } from "./compare.ts";
import { makeBinary, makeConstant, makeUnary } from "./intern.ts";
import { atanOf, cosOf, erfcOf, erfOf, expOf, logOf, powOf, sinOf, tanhOf } from "./maths.ts";
import { onNumbers } from "./number_maths.ts";
import { withSlope } from "./slopes.ts";
import { constant, isConstant, toExpr } from "./to_expr.ts";
import { emitMaths } from "./wasm/simd_maths.ts";

/** The node of a function of one operand, or its value if the operand is constant. */
function unaryFunction(
  tag: UnaryTag,
  x: ExprLike,
  maths: Maths,
  rule: DerivativeRule<UnaryExpr>,
): Expr {
  const a = toExpr(x);
  return a.tag === "const"
    ? makeConstant(onNumbers(maths)(a.value))
    : makeUnary(tag, a, { maths: runner(maths), rules: [rule] });
}

/** Runs a function wherever expressions are computed. */
function runner(maths: Maths): MathsRunner {
  return {
    onNumbers: onNumbers(maths),
    onLanes: (fn, operands) => emitMaths(fn, maths, operands),
  };
}

/** d erf(x)/dx = 2/√π exp(-x²) */
function gaussian(x: Expr): Expr {
  return mul(constant(2 / Math.sqrt(Math.PI)), exp(neg(mul(x, x))));
}

/**
 * eˣ, within 0.51 ulp.
 *
 * For equations. Tensors take `exp` of `@spikeloop/tensor`.
 *
 * @example
 * ```ts
 * import { evaluate, exp, input } from "@spikeloop/expr";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(evaluate(exp(input("x")), { x: 0 }), 1);
 * ```
 */
export function exp(x: ExprLike): Expr {
  return unaryFunction("exp", x, expOf, (g, y) => mul(g, y));
}

/**
 * The natural logarithm of x, within 0.51 ulp: -∞ at 0, NaN below.
 *
 * For equations. Tensors take `log` of `@spikeloop/tensor`.
 *
 * @example
 * ```ts
 * import { evaluate, input, log } from "@spikeloop/expr";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(evaluate(log(input("x")), { x: 1 }), 0);
 * ```
 */
export function log(x: ExprLike): Expr {
  return unaryFunction("log", x, logOf, (g, { a }) => div(g, a));
}

/**
 * sin x, within 0.51 ulp for |x| <= 2²⁰; beyond, the absolute error grows as |x| · 2⁻⁵².
 *
 * @example
 * ```ts
 * import { evaluate, input, sin } from "@spikeloop/expr";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(evaluate(sin(input("x")), { x: 0 }), 0);
 * ```
 */
export function sin(x: ExprLike): Expr {
  return unaryFunction("sin", x, sinOf, (g, { a }) => mul(g, cos(a)));
}

/**
 * cos x, within 0.51 ulp for |x| <= 2²⁰; beyond, the absolute error grows as |x| · 2⁻⁵².
 *
 * @example
 * ```ts
 * import { cos, evaluate, input } from "@spikeloop/expr";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(evaluate(cos(input("x")), { x: 0 }), 1);
 * ```
 */
export function cos(x: ExprLike): Expr {
  return unaryFunction("cos", x, cosOf, (g, { a }) => neg(mul(g, sin(a))));
}

/**
 * tanh x, within 0.51 ulp.
 *
 * For equations. Tensors take `tanh` of `@spikeloop/tensor`.
 *
 * @example
 * ```ts
 * import { evaluate, input, tanh } from "@spikeloop/expr";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(evaluate(tanh(input("x")), { x: 0 }), 0);
 * ```
 */
export function tanh(x: ExprLike): Expr {
  return unaryFunction("tanh", x, tanhOf, (g, y) => mul(g, sub(constant(1), mul(y, y))));
}

/**
 * arctan x, within 0.51 ulp.
 *
 * For equations. The surrogate gradient of that name is `atan` of `@spikeloop/surrogate`.
 *
 * @example
 * ```ts
 * import { atan, evaluate, input } from "@spikeloop/expr";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(evaluate(atan(input("x")), { x: 0 }), 0);
 * ```
 */
export function atan(x: ExprLike): Expr {
  return unaryFunction("atan", x, atanOf, (g, { a }) => div(g, add(constant(1), mul(a, a))));
}

/**
 * The error function, 2/√π ∫₀ˣ exp(-t²) dt, within 0.51 ulp.
 *
 * For equations. The surrogate gradient of that name is `erf` of `@spikeloop/surrogate`.
 *
 * @example
 * ```ts
 * import { erf, evaluate, input } from "@spikeloop/expr";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(evaluate(erf(input("x")), { x: 0 }), 0);
 * ```
 */
export function erf(x: ExprLike): Expr {
  return unaryFunction("erf", x, erfOf, (g, { a }) => mul(g, gaussian(a)));
}

/**
 * 1 - erf x, within 0.51 ulp, also where erf x is near 1.
 *
 * @example
 * ```ts
 * import { erfc, evaluate, input } from "@spikeloop/expr";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(evaluate(erfc(input("x")), { x: 0 }), 1);
 * ```
 */
export function erfc(x: ExprLike): Expr {
  return unaryFunction("erfc", x, erfcOf, (g, { a }) => neg(mul(g, gaussian(a))));
}

/**
 * x to the power y, within 0.51 ulp, with the special cases of IEEE 754 but for the sign of zero.
 *
 * For equations. Tensors take `pow` of `@spikeloop/tensor`.
 *
 * @example
 * ```ts
 * import { evaluate, input, pow } from "@spikeloop/expr";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(evaluate(pow(input("x"), 2), { x: 3 }), 9);
 * ```
 */
export function pow(x: ExprLike, y: ExprLike): Expr {
  const a = toExpr(x);
  // x² and the derivative of x³ are products: these exponents are structure.
  const b = y === 1 || y === 2 || y === 3 ? constant(y) : toExpr(y);
  if (isConstant(b, 1)) return a;
  if (isConstant(b, 2)) return mul(a, a);
  return a.tag === "const" && b.tag === "const"
    ? makeConstant(onNumbers(powOf)(a.value, b.value))
    : makeBinary("pow", a, b, { maths: runner(powOf), rules: powRules });
}

// At b = 0 the factor b wins over an infinite power, at a = 0 the value 0 over an infinite
// logarithm.
const powRules: NonNullable<BinaryExpr["rules"]> = [
  (g, { a, b }) => {
    const slope = mul(b, pow(a, sub(b, constant(1))));
    return mul(g, select(equal(b, constant(0)), constant(0), slope));
  },
  (g, y) => mul(g, select(equal(y.a, constant(0)), constant(0), mul(y, log(y.a)))),
];

/**
 * The logistic function s = 1 / (1 + e⁻ˣ), with derivative s (1 - s). Its first three derivatives
 * are finite everywhere.
 *
 * For equations. Tensors take `sigmoid` of `@spikeloop/tensor`.
 *
 * @example
 * ```ts
 * import { evaluate, input, sigmoid } from "@spikeloop/expr";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(evaluate(sigmoid(input("x")), { x: 0 }), 0.5);
 * ```
 */
export function sigmoid(x: ExprLike): Expr {
  const one = constant(1);
  const z = toExpr(x);
  const quotient = div(one, add(one, exp(neg(z))));
  // The quotient's own derivative is NaN where its power is infinite, so each derivative is made of
  // a value that has the next one.
  let value = quotient;
  for (let order = 0; order < 3; order++) {
    value = withSlope(quotient, z, mul(value, sub(one, value)));
  }
  return value;
}
