// The constructors that users and definitions call. They fold constants and drop operations that change no bit.
import {
  type BinaryTag,
  type Expr,
  type ExprLike,
  makeBinary,
  makeConstant,
  makeDetach,
  makeInput,
  makeSelect,
  makeSpike,
  makeSurrogate,
  makeUnary,
  type UnaryTag,
} from "./expr.ts";
import { binaryValue, unaryValue } from "./arithmetic.ts";

/** The expression that stands for `e`: itself, or the float32 constant of a number. */
export function toExpr(e: ExprLike): Expr {
  if (typeof e === "number") return makeConstant(e);
  if (typeof e === "object" && e !== null && "tag" in e && "id" in e) return e;
  throw new TypeError(
    `Cannot use ${String(e)} (${typeof e}) in an expression: expected a number or an expression`,
  );
}

/** The float32 constant of a number. */
export function constant(value: number): Expr {
  return makeConstant(value);
}

/** The slot named `name`, to be bound when the expression is evaluated or compiled. */
export function input(name: string): Expr {
  return makeInput(name);
}

function unary(tag: UnaryTag, x: ExprLike): Expr {
  const a = toExpr(x);
  return a.tag === "const" ? makeConstant(unaryValue[tag](a.value)) : makeUnary(tag, a);
}

function binary(tag: BinaryTag, x: ExprLike, y: ExprLike): Expr {
  const a = toExpr(x);
  const b = toExpr(y);
  if (a.tag === "const" && b.tag === "const") {
    return makeConstant(binaryValue[tag](a.value, b.value));
  }
  return makeBinary(tag, a, b);
}

const isConstant = (e: Expr, value: number) => e.tag === "const" && e.value === value;

/** -x */
export function neg(x: ExprLike): Expr {
  const a = toExpr(x);
  return a.tag === "neg" ? a.a : unary("neg", a);
}

/** |x|, with derivative 0 at 0. */
export function abs(x: ExprLike): Expr {
  return unary("abs", x);
}

/** √x */
export function sqrt(x: ExprLike): Expr {
  return unary("sqrt", x);
}

/** The largest integer not above x. Its derivative is 0. */
export function floor(x: ExprLike): Expr {
  return unary("floor", x);
}

/** The nearest integer, half to even. Its derivative is 0. */
export function round(x: ExprLike): Expr {
  return unary("round", x);
}

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

/** x + y */
export function add(x: ExprLike, y: ExprLike): Expr {
  return binary("add", x, y);
}

/** x - y */
export function sub(x: ExprLike, y: ExprLike): Expr {
  const a = toExpr(x);
  const b = toExpr(y);
  return isConstant(b, 0) && !Object.is((b as { value: number }).value, -0)
    ? a
    : binary("sub", a, b);
}

/** x · y */
export function mul(x: ExprLike, y: ExprLike): Expr {
  const a = toExpr(x);
  const b = toExpr(y);
  if (isConstant(a, 1)) return b;
  if (isConstant(b, 1)) return a;
  if (isConstant(a, -1)) return neg(b);
  if (isConstant(b, -1)) return neg(a);
  return binary("mul", a, b);
}

/** x / y */
export function div(x: ExprLike, y: ExprLike): Expr {
  const a = toExpr(x);
  const b = toExpr(y);
  return isConstant(b, 1) ? a : binary("div", a, b);
}

/** The smaller of x and y; NaN if either is. Where they are equal, each gets half the gradient. */
export function min(x: ExprLike, y: ExprLike): Expr {
  return binary("min", x, y);
}

/** The larger of x and y; NaN if either is. Where they are equal, each gets half the gradient. */
export function max(x: ExprLike, y: ExprLike): Expr {
  return binary("max", x, y);
}

/** x to the power y. */
export function pow(x: ExprLike, y: ExprLike): Expr {
  const a = toExpr(x);
  const b = toExpr(y);
  if (isConstant(b, 1)) return a;
  if (isConstant(b, 2)) return mul(a, a);
  return binary("pow", a, b);
}

/** 1 where x < y, else 0. */
export function less(x: ExprLike, y: ExprLike): Expr {
  return binary("less", x, y);
}

/** 1 where x <= y, else 0. */
export function lessEqual(x: ExprLike, y: ExprLike): Expr {
  return binary("lessEqual", x, y);
}

/** 1 where x > y, else 0. */
export function greater(x: ExprLike, y: ExprLike): Expr {
  return binary("less", y, x);
}

/** 1 where x >= y, else 0. */
export function greaterEqual(x: ExprLike, y: ExprLike): Expr {
  return binary("lessEqual", y, x);
}

/** 1 where x equals y, else 0. */
export function equal(x: ExprLike, y: ExprLike): Expr {
  return binary("equal", x, y);
}

/** `a` where `test` is not 0, `b` elsewhere. No gradient reaches `test`. */
export function select(test: ExprLike, a: ExprLike, b: ExprLike): Expr {
  const t = toExpr(test);
  const p = toExpr(a);
  const q = toExpr(b);
  if (t.tag === "const") return t.value !== 0 ? p : q;
  return p === q ? p : makeSelect(t, p, q);
}

/** The logistic function s = 1 / (1 + e⁻ˣ), with derivative s (1 - s), which is finite everywhere. */
export function sigmoid(x: ExprLike): Expr {
  const value = div(1, add(1, exp(neg(x))));
  return withSlope(value, x, mul(value, sub(1, value)));
}

/**
 * Heaviside(u): 1 where u >= 0, else 0 (also for NaN). Its derivative by `u` is `slope`, an expression in `u`:
 * the surrogate gradient.
 */
export function spike(u: ExprLike, slope: ExprLike): Expr {
  return makeSpike(toExpr(u), toExpr(slope));
}

/** `value`, whose derivative by `u` is declared to be `slope`; how `value` was computed does not matter to gradients. */
export function withSlope(value: ExprLike, u: ExprLike, slope: ExprLike): Expr {
  return makeSurrogate(toExpr(value), toExpr(u), toExpr(slope));
}

/** x, through which no gradient flows. */
export function detach(x: ExprLike): Expr {
  const a = toExpr(x);
  return a.tag === "const" || a.tag === "detach" ? a : makeDetach(a);
}
