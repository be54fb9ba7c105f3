// Comparisons, whose values are numbers, and the choice between two values.
import type { Expr, ExprLike } from "./expr.ts";
import { makeSelect } from "./intern.ts";
import { binary, toExpr } from "./to_expr.ts";

/**
 * 1 where x < y, else 0 (also for NaN). Its derivative is 0.
 *
 * For equations. Tensors take `less` of `@spikeloop/tensor`.
 *
 * @example
 * ```ts
 * import { evaluate, input, less } from "@spikeloop/expr";
 * import { assert } from "@std/assert";
 *
 * assert(evaluate(less(input("x"), 2), { x: 1 }) === 1);
 * ```
 */
export function less(x: ExprLike, y: ExprLike): Expr {
  return binary("less", x, y);
}

/**
 * 1 where x <= y, else 0 (also for NaN). Its derivative is 0.
 *
 * @example
 * ```ts
 * import { evaluate, input, lessEqual } from "@spikeloop/expr";
 * import { assert } from "@std/assert";
 *
 * assert(evaluate(lessEqual(input("x"), 2), { x: 2 }) === 1);
 * ```
 */
export function lessEqual(x: ExprLike, y: ExprLike): Expr {
  return binary("lessEqual", x, y);
}

/**
 * 1 where x > y, else 0 (also for NaN). Its derivative is 0.
 *
 * For equations. Tensors take `greater` of `@spikeloop/tensor`.
 *
 * @example
 * ```ts
 * import { greater, input, less } from "@spikeloop/expr";
 * import { assert } from "@std/assert";
 *
 * assert(greater(input("x"), input("y")) === less(input("y"), input("x")));
 * ```
 */
export function greater(x: ExprLike, y: ExprLike): Expr {
  return binary("less", y, x);
}

/**
 * 1 where x >= y, else 0 (also for NaN). Its derivative is 0; for a threshold with a gradient use
 * `spike`.
 *
 * @example
 * ```ts
 * import { greaterEqual, input, lessEqual } from "@spikeloop/expr";
 * import { assert } from "@std/assert";
 *
 * assert(greaterEqual(input("x"), 1) === lessEqual(1, input("x")));
 * ```
 */
export function greaterEqual(x: ExprLike, y: ExprLike): Expr {
  return binary("lessEqual", y, x);
}

/**
 * 1 where x = y, else 0 (also for NaN; 0 equals -0). Its derivative is 0.
 *
 * For equations. Tensors take `equal` of `@spikeloop/tensor`.
 *
 * @example
 * ```ts
 * import { equal, evaluate, input } from "@spikeloop/expr";
 * import { assert } from "@std/assert";
 *
 * assert(evaluate(equal(input("x"), 2), { x: 2 }) === 1);
 * ```
 */
export function equal(x: ExprLike, y: ExprLike): Expr {
  return binary("equal", x, y);
}

/**
 * `a` where `test` is not 0, `b` elsewhere. Both are computed. The gradient flows to the chosen
 * one, and none to `test`.
 *
 * @example The leaky rectifier.
 * ```ts
 * import { evaluate, input, less, mul, select } from "@spikeloop/expr";
 * import { assert } from "@std/assert";
 *
 * const x = input("x");
 * const leaky = select(less(x, 0), mul(x, 0.125), x);
 * assert(evaluate(leaky, { x: -8 }) === -1);
 * ```
 */
export function select(test: ExprLike, a: ExprLike, b: ExprLike): Expr {
  const t = toExpr(test);
  const p = toExpr(a);
  const q = toExpr(b);
  if (t.tag === "const") return t.value !== 0 ? p : q;
  return p === q ? p : makeSelect(t, p, q);
}
