// Arithmetic. Operations that change no bit are dropped; all others stay in the order in which they
// are written.
import type { Expr, ExprLike } from "./expr.ts";
import { makeConstant } from "./intern.ts";
import { binary, isConstant, toExpr, unary } from "./to_expr.ts";

/**
 * -x
 *
 * For equations. Tensors take `neg` of `@spikeloop/tensor`.
 *
 * @example
 * ```ts
 * import { input, neg } from "@spikeloop/expr";
 * import { assert } from "@std/assert";
 *
 * const x = input("x");
 * assert(neg(neg(x)) === x);
 * ```
 */
export function neg(x: ExprLike): Expr {
  const a = toExpr(x);
  return a.tag === "neg" ? a.a : unary("neg", a);
}

/**
 * |x|, with derivative 0 at 0.
 *
 * For equations. Tensors take `abs` of `@spikeloop/tensor`.
 *
 * @example
 * ```ts
 * import { abs, evaluate, input } from "@spikeloop/expr";
 * import { assert } from "@std/assert";
 *
 * assert(evaluate(abs(input("x")), { x: -2 }) === 2);
 * ```
 */
export function abs(x: ExprLike): Expr {
  return unary("abs", x);
}

/**
 * √x, correctly rounded; NaN below 0. Its derivative is infinite at 0.
 *
 * For equations. Tensors take `sqrt` of `@spikeloop/tensor`.
 *
 * @example
 * ```ts
 * import { evaluate, input, sqrt } from "@spikeloop/expr";
 * import { assert } from "@std/assert";
 *
 * assert(evaluate(sqrt(input("x")), { x: 9 }) === 3);
 * ```
 */
export function sqrt(x: ExprLike): Expr {
  return unary("sqrt", x);
}

/**
 * ⌊x⌋, the largest integer not above x. Its derivative is 0.
 *
 * @example
 * ```ts
 * import { evaluate, floor, input } from "@spikeloop/expr";
 * import { assert } from "@std/assert";
 *
 * assert(evaluate(floor(input("x")), { x: -0.5 }) === -1);
 * ```
 */
export function floor(x: ExprLike): Expr {
  return unary("floor", x);
}

/**
 * The nearest integer, half to even. Its derivative is 0.
 *
 * @example
 * ```ts
 * import { evaluate, input, round } from "@spikeloop/expr";
 * import { assert } from "@std/assert";
 *
 * assert(evaluate(round(input("x")), { x: 2.5 }) === 2);
 * ```
 */
export function round(x: ExprLike): Expr {
  return unary("round", x);
}

/**
 * x + y. Adding -y is subtracting y.
 *
 * For equations. Tensors take `add` of `@spikeloop/tensor`.
 *
 * @example
 * ```ts
 * import { add, evaluate, input } from "@spikeloop/expr";
 * import { assert } from "@std/assert";
 *
 * assert(evaluate(add(input("x"), 1), { x: 2 }) === 3);
 * ```
 */
export function add(x: ExprLike, y: ExprLike): Expr {
  const a = toExpr(x);
  const b = toExpr(y);
  // Adding +0 would turn -0 into 0.
  if (isConstant(a, -0)) return b;
  if (isConstant(b, -0)) return a;
  if (b.tag === "neg") return sub(a, b.a);
  return a.tag === "neg" ? sub(b, a.a) : binary("add", a, b);
}

/**
 * x - y
 *
 * For equations. Tensors take `sub` of `@spikeloop/tensor`.
 *
 * @example
 * ```ts
 * import { evaluate, input, sub } from "@spikeloop/expr";
 * import { assert } from "@std/assert";
 *
 * assert(evaluate(sub(1, input("x")), { x: 3 }) === -2);
 * ```
 */
export function sub(x: ExprLike, y: ExprLike): Expr {
  const a = toExpr(x);
  const b = toExpr(y);
  return isConstant(b, 0) ? a : binary("sub", a, b);
}

/**
 * x · y. A factor of 1 or -1 costs no multiplication.
 *
 * For equations. Tensors take `mul` of `@spikeloop/tensor`.
 *
 * @example
 * ```ts
 * import { evaluate, input, mul } from "@spikeloop/expr";
 * import { assert } from "@std/assert";
 *
 * assert(evaluate(mul(input("x"), 0.5), { x: 3 }) === 1.5);
 * ```
 */
export function mul(x: ExprLike, y: ExprLike): Expr {
  const a = toExpr(x);
  const b = toExpr(y);
  if (isConstant(a, 1)) return b;
  if (isConstant(b, 1)) return a;
  if (isConstant(a, -1)) return neg(b);
  if (isConstant(b, -1)) return neg(a);
  return binary("mul", a, b);
}

/**
 * x / y. Dividing by a power of two is multiplying by its inverse, which is exact.
 *
 * For equations. Tensors take `div` of `@spikeloop/tensor`.
 *
 * @example
 * ```ts
 * import { div, input, mul } from "@spikeloop/expr";
 * import { assert } from "@std/assert";
 *
 * assert(div(input("x"), 4) === mul(input("x"), 0.25));
 * ```
 */
export function div(x: ExprLike, y: ExprLike): Expr {
  const a = toExpr(x);
  const b = toExpr(y);
  return b.tag === "const" && hasExactInverse(b.value)
    ? mul(a, makeConstant(1 / b.value))
    : binary("div", a, b);
}

/** Whether x and 1/x are both normal powers of two. */
function hasExactInverse(x: number): boolean {
  const exponent = Math.round(Math.log2(Math.abs(x)));
  return Math.abs(exponent) <= 126 && Math.abs(x) === 2 ** exponent;
}

/**
 * The smaller of x and y; NaN if either is NaN. Where they are equal, each gets half the gradient.
 *
 * For equations. Tensors take `min` of `@spikeloop/tensor`.
 *
 * @example
 * ```ts
 * import { evaluate, input, min } from "@spikeloop/expr";
 * import { assert } from "@std/assert";
 *
 * assert(evaluate(min(input("x"), 1), { x: 3 }) === 1);
 * ```
 */
export function min(x: ExprLike, y: ExprLike): Expr {
  return binary("min", x, y);
}

/**
 * The larger of x and y; NaN if either is NaN. Where they are equal, each gets half the gradient.
 *
 * For equations. Tensors take `max` of `@spikeloop/tensor`.
 *
 * @example
 * ```ts
 * import { evaluate, input, max } from "@spikeloop/expr";
 * import { assert } from "@std/assert";
 *
 * assert(evaluate(max(input("x"), 1), { x: 3 }) === 3);
 * ```
 */
export function max(x: ExprLike, y: ExprLike): Expr {
  return binary("max", x, y);
}
