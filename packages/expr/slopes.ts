// Values whose derivatives are declared: they make spiking networks trainable.
import type { Expr, ExprLike } from "./expr.ts";
import { makeDetach, makeSpike, makeSurrogate } from "./intern.ts";
import { toExpr } from "./to_expr.ts";

/**
 * Heaviside(u): 1 where u >= 0, else 0 (also for NaN). Its derivative by `u` is `slope`, an
 * expression in `u`: the surrogate gradient.
 *
 * @example A spike whose surrogate is a box of width 1.
 * ```ts
 * import { abs, evaluate, input, less, spike, sub } from "@spikeloop/expr";
 * import { assert } from "@std/assert";
 *
 * const u = sub(input("v"), 1);
 * assert(evaluate(spike(u, less(abs(u), 0.5)), { v: 1 }) === 1);
 * ```
 */
export function spike(u: ExprLike, slope: ExprLike): Expr {
  return makeSpike(toExpr(u), toExpr(slope));
}

/**
 * `value`, whose derivative by `u` is declared to be `slope`: gradients do not go through the
 * computation of `value`.
 *
 * @example Rounding with a straight-through gradient.
 * ```ts
 * import { evaluate, input, round, vjp, withSlope } from "@spikeloop/expr";
 * import { assert } from "@std/assert";
 *
 * const x = input("x");
 * const y = withSlope(round(x), x, 1);
 * const [dx] = vjp([{ value: y, cotangent: input("g") }], [x]);
 * assert(evaluate(y, { x: 1.7 }) === 2 && dx === input("g"));
 * ```
 */
export function withSlope(value: ExprLike, u: ExprLike, slope: ExprLike): Expr {
  return makeSurrogate(toExpr(value), toExpr(u), toExpr(slope));
}

/**
 * x, through which no gradient flows.
 *
 * @example
 * ```ts
 * import { detach, input, mul, vjp } from "@spikeloop/expr";
 * import { assert } from "@std/assert";
 *
 * const x = input("x");
 * const [dx] = vjp([{ value: mul(detach(x), x), cotangent: input("g") }], [x]);
 * assert(dx === mul(input("g"), detach(x)));
 * ```
 */
export function detach(x: ExprLike): Expr {
  const a = toExpr(x);
  return a.tag === "const" || a.tag === "detach" ? a : makeDetach(a);
}
