// The order in which expressions are computed. It follows from their structure alone, not from the
// order in which a program made the nodes: gradients are summed in this order, and have the same
// bits in every program.
import type { Expr } from "./expr.ts";

/**
 * The operands that the value of `e` needs. A slope is not among them: only gradients read it.
 *
 * @example
 * ```ts
 * import { add, input, operands } from "@spikeloop/expr";
 * import { assert } from "@std/assert";
 *
 * assert(operands(add(input("x"), 1)).length === 2);
 * ```
 */
export function operands(e: Expr): readonly Expr[] {
  switch (e.tag) {
    case "const":
    case "input":
      return [];
    case "select":
      return [e.test, e.a, e.b];
    case "surrogate":
      return [e.value];
    case "spike":
    case "detach":
      return [e.a];
    default:
      return "b" in e ? [e.a, e.b] : [e.a];
  }
}

/** All nodes below `roots`, each after its operands, which `below` returns. */
export function postorder(
  roots: readonly Expr[],
  below: (e: Expr) => readonly Expr[],
): Expr[] {
  const done = new Set<Expr>();
  const pending = [...roots].reverse();
  for (let e = pending.at(-1); e !== undefined; e = pending.at(-1)) {
    const waiting = done.has(e) ? [] : below(e).filter((operand) => !done.has(operand));
    if (waiting.length > 0) pending.push(...waiting.reverse());
    else {
      done.add(e);
      pending.pop();
    }
  }
  return [...done];
}

/**
 * All nodes that the values of `roots` need, each once, operands before their users.
 *
 * @param known Has the nodes whose values are known: these need no operands.
 *
 * @example
 * ```ts
 * import { exp, input, neg, schedule } from "@spikeloop/expr";
 * import { assert } from "@std/assert";
 *
 * assert(schedule([exp(neg(input("x")))]).map((e) => e.tag).join() === "input,neg,exp");
 * ```
 */
export function schedule(
  roots: readonly Expr[],
  known?: { has(e: Expr): boolean },
): Expr[] {
  return postorder(roots, known ? (e) => known.has(e) ? [] : operands(e) : operands);
}

/**
 * The names of the inputs that the values of `roots` need, in the order in which they are first
 * read.
 *
 * @example
 * ```ts
 * import { input, inputNames, mul } from "@spikeloop/expr";
 * import { assert } from "@std/assert";
 *
 * assert(inputNames([mul(input("x"), input("w"))]).join() === "x,w");
 * ```
 */
export function inputNames(roots: readonly Expr[]): string[] {
  return schedule(roots).flatMap((e) => e.tag === "input" ? [e.name] : []);
}
