// The transcendental functions. Their bits are the same on every machine: see maths.ts.
import type { Expr, ExprLike } from "./expr.ts";
import { add, div, mul, neg, sub } from "./algebra.ts";
import { withSlope } from "./slopes.ts";
import { binary, isConstant, toExpr, unary } from "./to_expr.ts";

/** eˣ */
export function exp(x: ExprLike): Expr {
  return unary("exp", x);
}

/** The natural logarithm of x. */
export function log(x: ExprLike): Expr {
  return unary("log", x);
}

/** sin x */
export function sin(x: ExprLike): Expr {
  return unary("sin", x);
}

/** cos x */
export function cos(x: ExprLike): Expr {
  return unary("cos", x);
}

/** tanh x */
export function tanh(x: ExprLike): Expr {
  return unary("tanh", x);
}

/** arctan x */
export function atan(x: ExprLike): Expr {
  return unary("atan", x);
}

/** The error function, 2/√π ∫₀ˣ exp(-t²) dt. */
export function erf(x: ExprLike): Expr {
  return unary("erf", x);
}

/** 1 - erf x, accurate where erf x is near 1. */
export function erfc(x: ExprLike): Expr {
  return unary("erfc", x);
}

/** x to the power y. */
export function pow(x: ExprLike, y: ExprLike): Expr {
  const a = toExpr(x);
  const b = toExpr(y);
  if (isConstant(b, 1)) return a;
  if (isConstant(b, 2)) return mul(a, a);
  return binary("pow", a, b);
}

/** The logistic function s = 1 / (1 + e⁻ˣ), with derivative s (1 - s), which is finite everywhere. */
export function sigmoid(x: ExprLike): Expr {
  const value = div(1, add(1, exp(neg(x))));
  return withSlope(value, x, mul(value, sub(1, value)));
}
