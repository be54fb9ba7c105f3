import { abs, type Expr, isBinary, less, select, withSlope } from "@spikeloop/expr";

/** The least normal float32. Processors compute many times slower with the numbers below it. */
const leastNormal = 2 ** -126;

/**
 * x, or 0 where |x| < 2⁻¹²⁶, with derivative 1 everywhere. A state that decays from step to step
 * ends at 0, instead of at a number that makes every later step slow.
 */
export function withoutDenormals(x: Expr): Expr {
  return isBinary(x) || x.tag === "const"
    ? x
    : withSlope(select(less(abs(x), leastNormal), 0, x), x, 1);
}
