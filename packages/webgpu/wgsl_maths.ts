// The transcendental functions in WGSL. They use none of its built-in ones, and nothing of what
// compilers may assume: cuts are made by bits, and sums whose order matters go through `near_`.
import { erfcSeries, erfSeries } from "@spikeloop/expr";

/** c₀ + c₁ x + c₂ x² + ... by Horner's rule. */
function polynomial(x: string, coefficients: readonly number[]): string {
  const literal = (c: number) => String(Number(Math.fround(c).toPrecision(9)));
  return coefficients.map(literal).reduceRight((sum, c) => `fma(${sum}, ${x}, ${c})`);
}

/** (eʳ - 1 - r) / r² for |r| <= ln 2 / 2. */
const expSeries = [
  0.5000000046680025,
  0.16666666249373854,
  0.04166635432511416,
  0.00833340292601128,
  0.0013941015336447866,
  0.00019841251452944888,
];

/** (ln(1 + u) - u + u² / 2) / u³ for √½ <= 1 + u < √2, to 1.1e-8. */
const logSeries = [
  0.33333333281199246,
  -0.2499999027504202,
  0.20000010039686167,
  -0.16668001523090512,
  0.1428652454767796,
  -0.12450743320341741,
  0.11037783361807742,
  -0.10646191646490306,
  0.10530864720986648,
  -0.06201500073523611,
];

/** (sin(r) / r - 1) / r² and (cos(r) - 1) / r² in r², for |r| <= π/4. */
const sinSeries = [
  -0.1666666663041703,
  0.008333328687355304,
  -0.00019839177518838756,
  2.7171451046084525e-06,
];
const cosSeries = [
  -0.4999999957120484,
  0.04166661320072391,
  -0.001388652818747439,
  2.4372592417677387e-05,
];

/** (atan(t) / t - 1) / t² in t², for |t| <= √2 - 1. */
const atanSeries = [
  -0.33333332128346804,
  0.19999885863864322,
  -0.1428163675024704,
  0.11041007584621118,
  -0.08458773076821492,
  0.04712160758750418,
];

/** The bits of 2/π after the point, 32 to a word, after a word of zeros. */
const turns = [
  0x00000000,
  0xa2f9836e,
  0x4e441529,
  0xfc2757d1,
  0xf534ddc0,
  0xdb629599,
  0x3c439041,
  0xfe5163ab,
];

/** Helpers by name; see `wgsl_helpers.ts`. */
export const wgslMaths: Readonly<Record<string, string>> = {
  scale_: `fn scale_(x: f32, k: i32) -> f32 {
  // x times 2^k, in two factors, since 2^k alone may be out of range.
  let half = k >> 1u;
  return x * bitcast<f32>(u32(half + 127) << 23u) * bitcast<f32>(u32(k - half + 127) << 23u);
}`,
  near_: `fn near_(x: f32) -> f32 {
  // A number of this size as it is. Through this, compilers do not reorder sums.
  return clamp(x, -2.0, 2.0);
}`,
  rest_: `fn rest_(x: f32, k: f32) -> f32 {
  // x - k ln 2, for the nearest k; the first product is exact.
  return near_(x - k * 0.693115234375) - k * 3.19461833e-5;
}`,
  growth_: `fn growth_(r: f32) -> f32 {
  // e^r - 1 for |r| <= ln 2 / 2.
  return fma(r * r, ${polynomial("r", expSeries)}, r);
}`,
  exp_: `fn exp_(x: f32) -> f32 {
  let bits = bitcast<u32>(x);
  if ((bits & 0x7fffffffu) > 0x7f800000u) { return x; }
  // Above 88.7228 and below -103.97.
  if (bits > 0x42b17217u && bits < 0x80000000u) { return infinity_(); }
  if (bits > 0xc2cff1b4u) { return 0.0; }
  let k = round(x * 1.44269504);
  return scale_(1.0 + growth_(rest_(x, k)), i32(k));
}`,
  split_: `fn split_(bits: u32) -> vec2<f32> {
  // k and u with x = 2^k (1 + u) and 1 + u between the roots of 1/2 and 2, of a number's bits. A
  // denormal is an integer times 2^-149.
  let small = bits < 0x00800000u;
  let normal = i32(select(bits, bitcast<u32>(f32(bits)), small));
  let k = (normal - 0x3f3504f3) >> 23u;
  let u = bitcast<f32>(u32(normal - (k << 23u))) - 1.0;
  return vec2<f32>(f32(k + select(0, -149, small)), u);
}`,
  logRest_: `fn logRest_(u: f32) -> f32 {
  // ln(1 + u) - u + u^2 / 2
  return u * u * u * ${polynomial("u", logSeries)};
}`,
  log_: `fn log_(x: f32) -> f32 {
  let bits = bitcast<u32>(x);
  if ((bits & 0x7fffffffu) == 0u) { return -infinity_(); }
  if (bits > 0x7f800000u) { return nan_(); }
  if (bits == 0x7f800000u) { return x; }
  let parts = split_(bits);
  let u = parts.y;
  let low = fma(parts.x, 3.19461833e-5, fma(-0.5 * u, u, logRest_(u)));
  return fma(parts.x, 0.693115234375, u + low);
}`,
  cut_: `fn cut_(x: f32) -> f32 {
  // The first 12 digits, so that products of two such numbers are exact.
  return bitcast<f32>(bitcast<u32>(x) & 0xfffff000u);
}`,
  power_: `fn power_(size: u32, b: f32) -> f32 {
  // e^(b ln a), for the bits of a finite a > 0. The large terms of b ln a = b (k ln 2 + u - u^2 / 2
  // + ...) are products without a rounding error, and lose their multiples of ln 2 one by one.
  let parts = split_(size);
  let k = parts.x;
  let u = parts.y;
  let more = logRest_(u);
  let about = b * (k * 0.693147181 + (u - 0.5 * u * u + more));
  if (about > 89.0) { return infinity_(); }
  if (about < -105.0) { return 0.0; }
  let first = cut_(u);
  let second = u - first;
  let square = 0.5 * first * first;
  let firstSquare = cut_(square);
  let high = cut_(b);
  let low = b - high;
  let turns = high * k;
  let whole = round(turns);
  let up = high * first;
  let wholeUp = round(up * 1.44269504);
  let down = high * firstSquare;
  let wholeDown = round(down * 1.44269504);
  let small = b * (more + (second - (square - firstSquare) - first * second - 0.5 * second * second));
  let r = rest_(up, wholeUp) - rest_(down, wholeDown) + (near_(turns - whole) + low * k) * 0.693147181
    + (low * first - low * firstSquare) + small;
  let last = round(r * 1.44269504);
  return scale_(1.0 + growth_(rest_(r, last)), i32(whole + wholeUp - wholeDown + last));
}`,
  pow_: `fn pow_(a: f32, b: f32) -> f32 {
  let size = bitcast<u32>(a) & 0x7fffffffu;
  let exponent = bitcast<u32>(b) & 0x7fffffffu;
  if (exponent == 0u || bitcast<u32>(a) == 0x3f800000u) { return 1.0; }
  if (size > 0x7f800000u || exponent > 0x7f800000u) { return nan_(); }
  // From 2^24 on, every number is even.
  let biased = exponent >> 23u;
  var whole = biased > 150u;
  var odd = false;
  if (biased >= 127u && biased <= 150u) {
    let digits = (exponent & 0x7fffffu) | 0x800000u;
    let after = 150u - biased;
    whole = (digits & ((1u << after) - 1u)) == 0u;
    odd = whole && ((digits >> after) & 1u) == 1u;
  }
  let negative = bitcast<u32>(a) > 0x80000000u;
  if (negative && !whole && size < 0x7f800000u) { return nan_(); }
  var value = 1.0;
  if (size == 0u || size == 0x7f800000u || (exponent >= 0x53800000u && size != 0x3f800000u)) {
    let grows = (size > 0x3f800000u) == (bitcast<i32>(b) > 0);
    value = select(0.0, infinity_(), grows);
  } else if (size != 0x3f800000u) { value = power_(size, b); }
  return select(value, neg_(value), negative && odd);
}`,
  tanh_: `fn tanh_(x: f32) -> f32 {
  // t / (t + 2) with t = e^2|x| - 1. Near 0 it is x, beyond 10 it is 1.
  let size = bitcast<u32>(x) & 0x7fffffffu;
  if (size < 0x39000000u || size > 0x7f800000u) { return x; }
  let z = 2.0 * bitcast<f32>(min(size, 0x41200000u));
  let k = round(z * 1.44269504);
  let scale = bitcast<f32>(u32(i32(k) + 127) << 23u);
  let t = fma(scale, growth_(rest_(z, k)), scale - 1.0);
  return signed_(t / (t + 2.0), x);
}`,
  atan_: `fn atan_(x: f32) -> f32 {
  // Folded to below tan(pi / 8). Near 0 it is x, beyond 2^26 it is pi / 2.
  let size = bitcast<u32>(x) & 0x7fffffffu;
  if (size < 0x39000000u || size > 0x7f800000u) { return x; }
  let z = bitcast<f32>(min(size, 0x4c800000u));
  let middle = z > 0.414213562;
  let large = z > 2.41421356;
  let t = select(select(z, z - 1.0, middle), -1.0, large)
    / select(select(1.0, z + 1.0, middle), z, large);
  let start = select(select(0.0, 0.785398163, middle), 1.57079633, large);
  let q = t * t;
  return signed_(start + fma(t * q, ${polynomial("q", atanSeries)}, t), x);
}`,
  erfTail_: `fn erfTail_(size: u32) -> f32 {
  // erfc of a number from 1 on. Its square is taken in two parts, so that e^-x^2 loses no digits.
  let x = bitcast<f32>(min(size, 0x4124cccdu));
  let high = cut_(x);
  let t = (x - 3.0) / (x + 3.0);
  let scaled = ${polynomial("t", erfcSeries)} / (1.0 + 2.0 * x);
  return exp_(-high * high) * (exp_((high - x) * (high + x)) * scaled);
}`,
  erfNear_: `fn erfNear_(x: f32) -> f32 {
  let q = x * x;
  return x * ${polynomial("q", erfSeries)};
}`,
  erf_: `fn erf_(x: f32) -> f32 {
  let size = bitcast<u32>(x) & 0x7fffffffu;
  if (size > 0x7f800000u) { return x; }
  if (size < 0x3f800000u) { return signed_(erfNear_(bitcast<f32>(size)), x); }
  return signed_(1.0 - erfTail_(size), x);
}`,
  erfc_: `fn erfc_(x: f32) -> f32 {
  let size = bitcast<u32>(x) & 0x7fffffffu;
  if (size > 0x7f800000u) { return x; }
  if (size < 0x3f800000u) { return 1.0 - erfNear_(x); }
  let tail = erfTail_(size);
  return select(tail, 2.0 - tail, bitcast<i32>(x) < 0);
}`,
  mulHigh_: `fn mulHigh_(a: u32, b: u32) -> u32 {
  // The upper half of a product of 64 digits.
  let low = (a & 0xffffu) * (b & 0xffffu);
  let middle = (a >> 16u) * (b & 0xffffu) + (low >> 16u);
  let other = (a & 0xffffu) * (b >> 16u) + (middle & 0xffffu);
  return (a >> 16u) * (b >> 16u) + (middle >> 16u) + (other >> 16u);
}`,
  turns_: `fn turns_(i: u32) -> u32 {
  switch i {
    ${
    turns.map((word, i) => `case ${i}u: { return 0x${word.toString(16)}u; }`).slice(1).join(
      "\n    ",
    )
  }
    default: { return 0u; }
  }
}`,
  reduce_: `fn reduce_(size: u32) -> vec2<f32> {
  // The quarter turns in a large number, and the angle left over (Payne and Hanek). The number is
  // an integer times a power of two: of its product with 2 / pi, the digits worth 4 turns or more
  // drop out, so 96 digits of 2 / pi from the right place on are enough.
  let digits = (size & 0x7fffffu) | 0x800000u;
  let start = (size >> 23u) - 120u;
  let word = start / 32u;
  let shift = start % 32u;
  let w0 = turns_(word);
  let w1 = turns_(word + 1u);
  let w2 = turns_(word + 2u);
  let w3 = turns_(word + 3u);
  let p0 = (w0 << shift) | ((w1 >> 1u) >> (31u - shift));
  let p1 = (w1 << shift) | ((w2 >> 1u) >> (31u - shift));
  let p2 = (w2 << shift) | ((w3 >> 1u) >> (31u - shift));
  let r2 = digits * p2;
  let low = digits * p1;
  let r1 = low + mulHigh_(digits, p2);
  let r0 = digits * p0 + mulHigh_(digits, p1) + select(0u, 1u, r1 < low);
  var high = (r0 << 2u) | (r1 >> 30u);
  var rest = (r1 << 2u) | (r2 >> 30u);
  let up = high >= 0x80000000u;
  if (up) {
    rest = ~rest + 1u;
    high = ~high + select(0u, 1u, rest == 0u);
  }
  let angle = (f32(high) * 2.3283064365386963e-10 + f32(rest) * 5.421010862427522e-20) * 1.57079633;
  return vec2<f32>(f32((r0 >> 30u) + select(0u, 1u, up)), select(angle, -angle, up));
}`,
  circle_: `fn circle_(x: f32, ahead: i32) -> f32 {
  // The sine, some quarter turns ahead: x without its quarter turns, then a polynomial.
  let size = bitcast<u32>(x) & 0x7fffffffu;
  if (size >= 0x7f800000u) { return nan_(); }
  if (size < 0x39000000u && ahead == 0) { return x; }
  var n = round(x * 0.636619772);
  // The products with such small integers are exact.
  var r = near_(near_(x - n * 1.5703125) - n * 0.0004837512969970703) - n * 7.5497899e-8;
  if (size >= 0x42000000u) {
    let parts = signs_(reduce_(size), x);
    n = parts.x;
    r = parts.y;
  }
  let q = r * r;
  let sine = fma(r * q, ${polynomial("q", sinSeries)}, r);
  let cosine = fma(q, ${polynomial("q", cosSeries)}, 1.0);
  let quarter = (i32(n) + ahead) & 3;
  let value = select(sine, cosine, (quarter & 1) == 1);
  return select(value, -value, quarter >= 2);
}`,
  signs_:
    `fn signs_(v: vec2<f32>, x: f32) -> vec2<f32> { return select(v, -v, bitcast<i32>(x) < 0); }`,
};
