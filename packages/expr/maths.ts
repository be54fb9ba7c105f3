// The transcendental functions, each written once over float64 operations. The evaluator runs them
// on numbers, the SIMD printer emits them for pairs of lanes: the same IEEE operations in the same
// order, hence the same bits everywhere. Rounded once to float32, every result is within 0.51 ulp,
// unless its comment says otherwise.
//
// Coefficients are minimax fits (Remez) in the relative error; each comment gives its bound.
import type { Doubles } from "./doubles.ts";

/** c₀ + c₁ x + c₂ x² + ... by Horner's rule. */
function polynomial<V, M>(o: Doubles<V, M>, x: V, coefficients: readonly number[]): V {
  return coefficients.reduceRight<V | undefined>(
    (sum, c) => sum === undefined ? o.num(c) : o.add(o.mul(sum, x), o.num(c)),
    undefined,
  ) as V;
}

/** (eʳ - 1) / r for |r| <= ln 2 / 2, to 2.4e-10. */
const expSeries = [
  1.0000000000312217,
  0.5000000046680025,
  0.16666666249373854,
  0.04166635432511416,
  0.00833340292601128,
  0.0013941015336447866,
  0.00019841251452944888,
];

/** 2ᵏ and eʳ - 1 for x = k ln 2 + r, within ±700. */
function expParts<V, M>(o: Doubles<V, M>, x: V): { scale: V; rest: V } {
  const k = o.nearest(o.mul(x, o.num(Math.LOG2E)));
  const r = o.sub(x, o.mul(k, o.num(Math.LN2)));
  return { scale: o.pow2(k), rest: o.mul(r, polynomial(o, r, expSeries)) };
}

/** eˣ for a float64 x. Beyond ±200, out of the range of float32, x counts as ±200. */
export function expOf<V, M>(o: Doubles<V, M>, x: V): V {
  const { scale, rest } = expParts(o, o.max(o.min(x, o.num(200)), o.num(-200)));
  return o.add(scale, o.mul(scale, rest));
}

/** 2 artanh(s) / s in s², for s² <= 0.0295, to 5e-12. */
const logSeries = [
  2.000000000008467,
  0.6666666523464188,
  0.40000387052466174,
  0.2853491094280327,
  0.236189204032104,
];

/** ln x for a float64 x, without its special cases. */
function logWide<V, M>(o: Doubles<V, M>, x: V): V {
  const { exponent, fraction } = o.split(x);
  const s = o.div(o.sub(fraction, o.num(1)), o.add(fraction, o.num(1)));
  const near = o.mul(s, polynomial(o, o.mul(s, s), logSeries));
  return o.add(o.mul(exponent, o.num(Math.LN2)), near);
}

/** ln x with -∞ at 0, NaN below, ∞ at ∞. */
export function logOf<V, M>(o: Doubles<V, M>, x: V): V {
  const zero = o.num(0);
  const inside = o.select(o.equal(x, o.num(Infinity)), x, logWide(o, x));
  // 0 · x keeps a NaN; below 0 the result is NaN.
  const outside = o.select(o.equal(x, zero), o.num(-Infinity), o.num(NaN));
  return o.select(o.less(zero, x), inside, outside);
}

/** sin(r) / r and cos(r) in r², for |r| <= π/4, to 5e-12 and 6e-11. */
const sinSeries = [
  0.9999999999954458,
  -0.1666666663041703,
  0.008333328687355304,
  -0.00019839177518838756,
  2.7171451046084525e-06,
];
const cosSeries = [
  0.9999999999438793,
  -0.4999999957120484,
  0.04166661320072391,
  -0.001388652818747439,
  2.4372592417677387e-05,
];

/** π/2 in three parts; the products of the first two with an integer below 2²⁰ are exact. */
const halfPi = [1.5707963267341256, 6.077100506303966e-11, 2.0222662487959506e-21];

/**
 * sin(x + quarter · π/2). Within 0.51 ulp for |x| <= 2²⁰; beyond, the absolute error grows as |x| ·
 * 2⁻⁵², while the value stays between -1 and 1.
 */
function sine<V, M>(o: Doubles<V, M>, x: V, quarter: number): V {
  const k = o.nearest(o.mul(x, o.num(2 / Math.PI)));
  const reduced = halfPi.reduce((rest, part) => o.sub(rest, o.mul(k, o.num(part))), x);
  const r = o.max(o.min(reduced, o.num(1)), o.num(-1));
  const z = o.mul(r, r);
  const q = o.add(k, o.num(quarter));
  const half = o.floor(o.mul(q, o.num(0.5)));
  const odd = o.sub(q, o.mul(half, o.num(2)));
  const negative = o.sub(half, o.mul(o.floor(o.mul(half, o.num(0.5))), o.num(2)));
  const value = o.select(
    o.equal(odd, o.num(0)),
    o.mul(r, polynomial(o, z, sinSeries)),
    polynomial(o, z, cosSeries),
  );
  return o.select(o.equal(negative, o.num(0)), value, o.neg(value));
}

/** atan(t) / t in t², for |t| <= √2 - 1, to 3e-11. */
const atanSeries = [
  0.999999999979163,
  -0.33333332128346804,
  0.19999885863864322,
  -0.1428163675024704,
  0.11041007584621118,
  -0.08458773076821492,
  0.04712160758750418,
];

/** arctan x */
export function atanOf<V, M>(o: Doubles<V, M>, x: V): V {
  const a = o.abs(x);
  const one = o.num(1);
  const far = o.less(o.num(Math.SQRT2 + 1), a);
  const middle = o.less(o.num(Math.SQRT2 - 1), a);
  const top = o.select(far, o.num(-1), o.select(middle, o.sub(a, one), a));
  const bottom = o.select(far, a, o.select(middle, o.add(a, one), one));
  const base = o.select(far, o.num(Math.PI / 2), o.select(middle, o.num(Math.PI / 4), o.num(0)));
  const t = o.div(top, bottom);
  const value = o.add(base, o.mul(t, polynomial(o, o.mul(t, t), atanSeries)));
  return o.select(o.less(x, o.num(0)), o.neg(value), o.select(o.equal(x, o.num(0)), x, value));
}

/** erf(x) / x in x², for |x| <= 1, to 4e-11: the coefficients, for printers of kernels too. */
export const erfSeries: readonly number[] = [
  1.1283791670580228,
  -0.37612638434655143,
  0.11283781974210608,
  -0.026865400046030406,
  0.005220945443888021,
  -0.0008482829007357586,
  0.00011256949086253336,
  -9.641519445188179e-06,
];

/**
 * (1 + 2x) exp(x²) erfc(x) in (x - 3)/(x + 3), for 1 <= x <= 10.3, to 7.13e-11: the coefficients,
 * for printers of kernels too.
 */
export const erfcSeries: readonly number[] = [
  1.2530080582226215,
  -0.13562110452305534,
  -0.04756228415785361,
  0.12964503992333898,
  -0.11927400995347752,
  0.06831052106195692,
  -0.023766437283261343,
  0.0025077361700658655,
  0.0018691288380116304,
  -0.0006958699381593446,
  -7.130314555711803e-05,
];

/** erfc(a) for a >= 1, where it is not small in float32, and 0 beyond 10.3. */
function erfcTail<V, M>(o: Doubles<V, M>, a: V): V {
  const x = o.min(a, o.num(10.3));
  const t = o.div(o.sub(x, o.num(3)), o.add(x, o.num(3)));
  const scaled = o.div(polynomial(o, t, erfcSeries), o.add(o.num(1), o.add(x, x)));
  return o.mul(expOf(o, o.neg(o.mul(x, x))), scaled);
}

function errorFunction<V, M>(o: Doubles<V, M>, x: V, complement: boolean): V {
  const a = o.abs(x);
  const near = o.mul(x, polynomial(o, o.mul(x, x), erfSeries));
  const tail = erfcTail(o, a);
  const below = o.less(x, o.num(0));
  const far = complement
    ? o.select(below, o.sub(o.num(2), tail), tail)
    : o.select(below, o.sub(tail, o.num(1)), o.sub(o.num(1), tail));
  return o.select(o.less(a, o.num(1)), complement ? o.sub(o.num(1), near) : near, far);
}

/** aᵇ with the special cases of IEEE 754's pow, except that it loses the sign of zero. */
export function powOf<V, M>(o: Doubles<V, M>, a: V, b: V): V {
  const zero = o.num(0);
  const one = o.num(1);
  const size = o.abs(a);
  const magnitude = expOf(
    o,
    o.select(o.equal(size, one), o.mul(a, zero), o.mul(b, logOf(o, size))),
  );
  const half = o.mul(b, o.num(0.5));
  const isEven = o.equal(o.floor(half), half);
  const isInteger = o.equal(o.floor(b), b);
  const ofFraction = o.select(o.equal(size, o.num(Infinity)), magnitude, o.num(NaN));
  const ofNegative = o.select(isEven, magnitude, o.select(isInteger, o.neg(magnitude), ofFraction));
  const value = o.select(o.less(a, zero), ofNegative, magnitude);
  return o.select(o.equal(b, zero), one, o.select(o.equal(a, one), one, value));
}

/** sin x */
export function sinOf<V, M>(o: Doubles<V, M>, x: V): V {
  return sine(o, x, 0);
}

/** cos x */
export function cosOf<V, M>(o: Doubles<V, M>, x: V): V {
  return sine(o, x, 1);
}

/** tanh x = t / (t + 2) with t = e²ˣ - 1 */
export function tanhOf<V, M>(o: Doubles<V, M>, x: V): V {
  const { scale, rest } = expParts(o, o.max(o.min(o.add(x, x), o.num(40)), o.num(-40)));
  const t = o.add(o.mul(scale, rest), o.sub(scale, o.num(1)));
  return o.div(t, o.add(t, o.num(2)));
}

/** erf x */
export function erfOf<V, M>(o: Doubles<V, M>, x: V): V {
  return errorFunction(o, x, false);
}

/** erfc x */
export function erfcOf<V, M>(o: Doubles<V, M>, x: V): V {
  return errorFunction(o, x, true);
}
