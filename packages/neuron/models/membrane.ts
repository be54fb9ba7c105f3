import { add, type Expr, mul, sub } from "@spikeloop/expr";
import type { Bounds } from "../neuron.ts";

/**
 * v after a spike s: (1 - s)·v + s·vReset, or v - s·vThreshold if vReset is null (soft reset).
 *
 * @example
 * ```ts
 * import { constant, evaluate, input } from "@spikeloop/expr";
 * import { resetMembrane } from "@spikeloop/neuron";
 * import { assertEquals } from "@std/assert";
 *
 * const after = (vReset: number | null) =>
 *   resetMembrane(input("v"), input("spike"), {
 *     vThreshold: constant(1),
 *     vReset: vReset === null ? null : constant(vReset),
 *   });
 * assertEquals(evaluate(after(0), { v: 1.25, spike: 1 }), 0);
 * assertEquals(evaluate(after(null), { v: 1.25, spike: 1 }), 0.25);
 * ```
 */
export function resetMembrane(
  v: Expr,
  spike: Expr,
  p: { readonly vThreshold: Expr; readonly vReset: Expr | null },
): Expr {
  return p.vReset === null
    ? sub(v, mul(spike, p.vThreshold))
    : add(mul(sub(1, spike), v), mul(spike, p.vReset));
}

/** Hard reset to 0 by default. */
export const vReset = 0 as number | null;

/** Null is soft reset. */
export const resets: Bounds = { nullable: true };

/** A factor per step. */
export const decays: Bounds = { min: 0 };
