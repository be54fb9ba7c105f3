// Small expressions of several surrogates, written so that their derivatives equal the reference's
// at the kinks.
import { abs, type Expr, less, neg, select } from "@spikeloop/expr";

/** |u|, with derivative +1 at 0. */
export function magnitude(u: Expr): Expr {
  return select(less(u, 0), neg(u), u);
}

/** min(max(u, lowest), highest), with derivative 1 at both ends. */
export function clamp(u: Expr, lowest: number, highest: number): Expr {
  return select(less(u, lowest), lowest, select(less(highest, u), highest, u));
}

/** `inside` where |u| < w, `outside` elsewhere and for NaN. */
export function within(u: Expr, w: number, inside: number, outside: number): Expr {
  return select(less(abs(u), w), inside, outside);
}
