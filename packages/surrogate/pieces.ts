// Small expressions that several surrogates share, written so that their derivatives are the
// reference's at the kinks.
import { abs, type Expr, less, mul, neg, select, sigmoid, sub, withSlope } from "@spikeloop/expr";

/** |u|, with derivative +1 at 0. */
export function magnitude(u: Expr): Expr {
  return select(less(u, 0), neg(u), u);
}

/** u kept within [lowest, highest], with derivative 1 at both ends. */
export function clamp(u: Expr, lowest: number, highest: number): Expr {
  return select(less(u, lowest), lowest, select(less(highest, u), highest, u));
}

/** s(z) = 1 / (1 + e⁻ᶻ) with the derivative (1 - s) s, which stays finite where e⁻ᶻ overflows. */
export function logistic(z: Expr): Expr {
  const s = sigmoid(z);
  return withSlope(s, z, mul(sub(1, s), s));
}

/** `inside` where |u| < w, `outside` elsewhere and for NaN. */
export function within(u: Expr, w: number, inside: number, outside: number): Expr {
  return select(less(abs(u), w), inside, outside);
}
