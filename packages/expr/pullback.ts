// The table of derivatives: from the gradient g of an operation's value to the gradients of its
// operands. The transcendental functions bring their own.
import type {
  BinaryExpr,
  DerivativeRule,
  Expr,
  PlainBinaryTag,
  PlainUnaryTag,
  UnaryExpr,
} from "./expr.ts";
import { div, mul, neg } from "./algebra.ts";
import { equal, less, select } from "./compare.ts";
import { constant } from "./to_expr.ts";

const zero = /* @__PURE__ */ constant(0);
const half = /* @__PURE__ */ constant(0.5);

/** g · dy/da of every unary operation y, in terms of y where that is cheaper. */
const unaryRules: Readonly<Record<PlainUnaryTag, UnaryExpr["rules"]>> = {
  neg: [(g) => neg(g)],
  // 0 at 0 and at NaN, whose sign PyTorch takes for 0.
  abs: [(g, { a }) => select(less(a, zero), neg(g), select(less(zero, a), g, zero))],
  sqrt: [(g, y) => div(mul(g, half), y)],
  floor: undefined,
  round: undefined,
};

/** g · dy/da and g · dy/db of every binary operation y. */
const binaryRules: Readonly<Record<PlainBinaryTag, BinaryExpr["rules"]>> = {
  add: [(g) => g, (g) => g],
  sub: [(g) => g, (g) => neg(g)],
  mul: [(g, { b }) => mul(g, b), (g, { a }) => mul(g, a)],
  div: [(g, { b }) => div(g, b), (g, y) => neg(div(mul(g, y), y.b))],
  min: [(g, { a, b }) => whereLess(a, b, g), (g, { a, b }) => whereLess(b, a, g)],
  max: [(g, { a, b }) => whereLess(b, a, g), (g, { a, b }) => whereLess(a, b, g)],
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
      return "b" in y
        ? reached(y, y.rules ?? binaryRules[y.tag as PlainBinaryTag], [y.a, y.b])
        : reached(y, y.rules ?? unaryRules[y.tag as PlainUnaryTag], [y.a]);
  }
}

function reached<Y>(
  y: Y,
  rules: readonly DerivativeRule<Y>[] = [],
  operands: readonly Expr[],
): readonly Pullback[] {
  return rules.map((rule, i) => ({ operand: operands[i], gradient: (g) => rule(g, y) }));
}
