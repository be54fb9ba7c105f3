// The table of derivatives: from the gradient g of an operation's value to the gradients of its
// operands.
import type { BinaryExpr, BinaryTag, Expr, UnaryExpr, UnaryTag } from "./expr.ts";
import { add, div, mul, neg, sub } from "./algebra.ts";
import { equal, less, select } from "./compare.ts";
import { cos, exp, log, pow, sin } from "./functions.ts";
import { constant } from "./to_expr.ts";

const zero = /* @__PURE__ */ constant(0);
const half = /* @__PURE__ */ constant(0.5);
const one = /* @__PURE__ */ constant(1);
const gaussianHeight = /* @__PURE__ */ constant(2 / Math.sqrt(Math.PI));

type Rule<Y> = (g: Expr, y: Y) => Expr;

/** g · dy/da of every unary operation y, in terms of y where that is cheaper. */
const unaryRules: Readonly<Record<UnaryTag, Rule<UnaryExpr> | undefined>> = {
  neg: (g) => neg(g),
  // 0 at 0 and at NaN, whose sign PyTorch takes for 0.
  abs: (g, { a }) => select(less(a, zero), neg(g), select(less(zero, a), g, zero)),
  sqrt: (g, y) => div(mul(g, half), y),
  floor: undefined,
  round: undefined,
  exp: (g, y) => mul(g, y),
  log: (g, { a }) => div(g, a),
  sin: (g, { a }) => mul(g, cos(a)),
  cos: (g, { a }) => neg(mul(g, sin(a))),
  tanh: (g, y) => mul(g, sub(one, mul(y, y))),
  atan: (g, { a }) => div(g, add(one, mul(a, a))),
  erf: (g, { a }) => mul(g, gaussian(a)),
  erfc: (g, { a }) => neg(mul(g, gaussian(a))),
};

/** d erf(x)/dx = 2/√π exp(-x²) */
function gaussian(x: Expr): Expr {
  return mul(gaussianHeight, exp(neg(mul(x, x))));
}

/** g · dy/da and g · dy/db of every binary operation y. */
const binaryRules: Readonly<
  Record<BinaryTag, readonly [a: Rule<BinaryExpr>, b: Rule<BinaryExpr>] | undefined>
> = {
  add: [(g) => g, (g) => g],
  sub: [(g) => g, (g) => neg(g)],
  mul: [(g, { b }) => mul(g, b), (g, { a }) => mul(g, a)],
  div: [(g, { b }) => div(g, b), (g, y) => neg(div(mul(g, y), y.b))],
  min: [(g, { a, b }) => whereLess(a, b, g), (g, { a, b }) => whereLess(b, a, g)],
  max: [(g, { a, b }) => whereLess(b, a, g), (g, { a, b }) => whereLess(a, b, g)],
  // At b = 0 the factor b wins over an infinite power, at a = 0 the value 0 over an infinite
  // logarithm.
  pow: [
    (g, { a, b }) => mul(g, select(equal(b, zero), zero, mul(b, pow(a, sub(b, one))))),
    (g, y) => mul(g, select(equal(y.a, zero), zero, mul(y, log(y.a)))),
  ],
  less: undefined,
  lessEqual: undefined,
  equal: undefined,
};

/** g where a < b, half of it where they are equal, 0 elsewhere. */
function whereLess(a: Expr, b: Expr, g: Expr): Expr {
  return select(less(a, b), g, select(equal(a, b), mul(g, half), zero));
}

/** An operand that a gradient reaches. */
export interface Pullback {
  /** The operand. */
  readonly operand: Expr;
  /** The operand's gradient, from the gradient g of the value. */
  readonly gradient: (g: Expr) => Expr;
}

/** The operands of `y` that a gradient reaches. */
export function pullbacks(y: Expr): readonly Pullback[] {
  switch (y.tag) {
    case "const":
    case "input":
    case "detach":
      return [];
    case "select":
      return [
        { operand: y.a, gradient: (g) => select(y.test, g, zero) },
        { operand: y.b, gradient: (g) => select(y.test, zero, g) },
      ];
    case "spike":
    case "surrogate":
      return [{ operand: y.a, gradient: (g) => mul(g, y.slope) }];
    default:
      return "b" in y ? ofBinary(y) : ofUnary(y);
  }
}

function ofUnary(y: UnaryExpr): readonly Pullback[] {
  const rule = unaryRules[y.tag];
  return rule === undefined ? [] : [{ operand: y.a, gradient: (g) => rule(g, y) }];
}

function ofBinary(y: BinaryExpr): readonly Pullback[] {
  const rules = binaryRules[y.tag];
  if (rules === undefined) return [];
  return [
    { operand: y.a, gradient: (g) => rules[0](g, y) },
    { operand: y.b, gradient: (g) => rules[1](g, y) },
  ];
}
