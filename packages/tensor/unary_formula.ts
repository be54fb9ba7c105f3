import * as e from "@spikeloop/expr";

const formulas = /* @__PURE__ */ new WeakMap<object, (x: e.Expr) => e.ExprLike>();

/** Notes the formula of an operation of one tensor, and returns the operation. */
export function noteFormula<F extends object>(
  operation: F,
  formula: (x: e.Expr) => e.ExprLike,
): F {
  formulas.set(operation, formula);
  return operation;
}

/**
 * Returns the formula of an operation of one tensor, such as `relu` or one of `elementwise`, so
 * that it becomes part of other code; undefined for any other function.
 *
 * @example
 * ```ts
 * import { evaluate, input } from "@spikeloop/expr";
 * import { relu, unaryFormula } from "@spikeloop/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const formula = unaryFormula(relu);
 * assertEquals(formula && evaluate(formula(input("x")), { x: -2 }), 0);
 * assertEquals(unaryFormula((x: number) => x), undefined);
 * ```
 */
export function unaryFormula(operation: object): ((x: e.Expr) => e.Expr) | undefined {
  const formula = formulas.get(operation);
  return formula && ((x) => e.toExpr(formula(x)));
}
