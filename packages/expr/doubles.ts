/**
 * Float64 arithmetic on values V with conditions M. Every operation follows IEEE 754. `min` and
 * `max` take a value, which may be NaN, and a constant, which is neither that nor 0.
 */
export interface Doubles<V, M> {
  /** A constant. */
  num(value: number): V;
  /** a + b */
  add(a: V, b: V): V;
  /** a - b */
  sub(a: V, b: V): V;
  /** a · b */
  mul(a: V, b: V): V;
  /** a / b */
  div(a: V, b: V): V;
  /** -a */
  neg(a: V): V;
  /** |a| */
  abs(a: V): V;
  /** The smaller. */
  min(a: V, b: V): V;
  /** The larger. */
  max(a: V, b: V): V;
  /** The nearest integer, half to even. */
  nearest(a: V): V;
  /** The largest integer not above. */
  floor(a: V): V;
  /** a < b */
  less(a: V, b: V): M;
  /** a = b */
  equal(a: V, b: V): M;
  /** `a` where the condition holds, else `b`. */
  select(m: M, a: V, b: V): V;
  /** 2ᵏ for an integer k from -1022 to 1023. */
  pow2(k: V): V;
  /** k and f with a = 2ᵏ · f and √½ <= f < √2, for a normal number a > 0. */
  split(a: V): { readonly exponent: V; readonly fraction: V };
}
