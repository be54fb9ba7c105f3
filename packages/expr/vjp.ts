import { refuse, takeRecord } from "@spikeloop/errors";
import type { Expr } from "./expr.ts";
import { add } from "./algebra.ts";
import { pullbacks } from "./pullback.ts";
import { postorder } from "./schedule.ts";
import { isConstant, toExpr } from "./to_expr.ts";

/** An expression and the gradient that arrives at it. */
export interface Output {
  /** The value. */
  readonly value: Expr;
  /** d loss / d value. */
  readonly cotangent: Expr;
}

/**
 * The gradients of Σᵢ cotangentᵢ · valueᵢ by each of `inputs` (vector-Jacobian product). They are
 * expressions, so they can be evaluated, printed and differentiated again. `undefined` stands for a
 * gradient that is zero by structure. Any node may be an input; a gradient that reaches an input
 * goes on to its operands as well.
 *
 * @throws {TypeError} if an argument is no array, or a value or a cotangent no expression.
 *
 * @example
 * ```ts
 * import { evaluate, input, mul, vjp } from "@spikeloop/expr";
 * import { assert } from "@std/assert";
 *
 * const x = input("x");
 * const [dx] = vjp([{ value: mul(x, x), cotangent: input("g") }], [x]);
 * assert(dx !== undefined && evaluate(dx, { x: 3, g: 1 }) === 6);
 * ```
 */
export function vjp(outputs: readonly Output[], inputs: readonly Expr[]): (Expr | undefined)[] {
  for (const [name, list] of [["outputs", outputs], ["inputs", inputs]] as const) {
    if (!Array.isArray(list)) refuse("derive gradients", name, list, "an array");
  }
  for (const output of outputs) {
    toExpr(takeRecord("derive gradients", "an output", output).value as Expr);
    toExpr(output.cotangent);
  }
  const order = postorder(outputs.map((o) => o.value), gradientOperands);
  const moved = dependents(order, inputs);
  const gradients = new Map<Expr, Expr>();
  const gather = (e: Expr, g: Expr) => {
    if (isConstant(g, 0)) return;
    const before = gradients.get(e);
    gradients.set(e, before === undefined ? g : add(before, g));
  };
  for (const { value, cotangent } of outputs) gather(value, cotangent);
  for (const e of order.reverse()) {
    const g = gradients.get(e);
    if (g === undefined) continue;
    for (const { operand, gradient } of pullbacks(e)) {
      if (moved.has(operand)) gather(operand, gradient(g));
    }
  }
  return inputs.map((e) => gradients.get(e));
}

function gradientOperands(e: Expr): readonly Expr[] {
  return pullbacks(e).map((p) => p.operand);
}

/** The nodes of `order` through which a gradient reaches one of `inputs`. */
function dependents(order: readonly Expr[], inputs: readonly Expr[]): Set<Expr> {
  const moved = new Set(inputs);
  for (const e of order) {
    if (gradientOperands(e).some((operand) => moved.has(operand))) moved.add(e);
  }
  return moved;
}
