// Functions that printed code calls. WGSL lets compilers assume that no number is NaN or infinite,
// leaves the built-in functions undefined outside a domain and loose inside it, and lets hardware
// flush denormals. So all these choose by the bits, which integers hold, and the values are as on
// the CPU: special values exactly, others to a few units of the last place. Compilers also turn a
// product with a choice between 0 and 1 into a choice, and x - x into 0, which loses NaN: `hide_`
// prevents it. `functions_suite.ts` has the tolerances.
import { wgslMaths } from "./wgsl_maths.ts";

/** The functions of a single operation. */
const operations: Readonly<Record<string, string>> = {
  infinity_: `var<private> infinityBits: u32 = 0x7f800000u;
fn infinity_() -> f32 { return bitcast<f32>(infinityBits); }`,
  nan_: `var<private> nanBits: u32 = 0x7fc00000u;
fn nan_() -> f32 { return bitcast<f32>(nanBits); }`,
  isNan_: `fn isNan_(x: f32) -> bool { return (bitcast<u32>(x) & 0x7fffffffu) > 0x7f800000u; }`,
  isTrue_: `fn isTrue_(x: f32) -> bool { return (bitcast<u32>(x) & 0x7fffffffu) != 0u; }`,
  hide_: `fn hide_(x: f32) -> f32 {
  // A number that compilers do not know: the first uniform is an offset, below 2^31.
  return bitcast<f32>(bitcast<u32>(x) | (uniforms[0].x >> 31u));
}`,
  number_: `fn number_(holds: bool) -> f32 { return select(0.0, hide_(1.0), holds); }`,
  spike_: `fn spike_(x: f32) -> bool {
  // Not negative, or -0.
  let bits = bitcast<u32>(x);
  return bits <= 0x7f800000u || bits == 0x80000000u;
}`,
  rank_: `fn rank_(x: f32) -> i32 {
  // Integers in the order of the numbers; 0 and -0 are equal, NaN is beyond an infinity.
  let bits = bitcast<i32>(x);
  return select(bits, -(bits & 0x7fffffff), bits < 0);
}`,
  less_: `fn less_(a: f32, b: f32) -> bool {
  let p = rank_(a);
  let q = rank_(b);
  return p < q && p >= -0x7f800000 && q <= 0x7f800000;
}`,
  lessEqual_: `fn lessEqual_(a: f32, b: f32) -> bool {
  let p = rank_(a);
  let q = rank_(b);
  return p <= q && p >= -0x7f800000 && q <= 0x7f800000;
}`,
  equal_: `fn equal_(a: f32, b: f32) -> bool {
  let p = rank_(a);
  return p == rank_(b) && abs(p) <= 0x7f800000;
}`,
  place_: `fn place_(x: f32) -> i32 {
  // As rank_, with -0 below 0.
  let bits = bitcast<i32>(x);
  return bits ^ ((bits >> 31u) & 0x7fffffff);
}`,
  choose_: `fn choose_(a: f32, b: f32, first: bool) -> f32 {
  // One of two, but NaN if either is.
  let bits = select(bitcast<u32>(b), bitcast<u32>(a), first);
  return bitcast<f32>(select(bits, 0x7fc00000u, isNan_(a) || isNan_(b)));
}`,
  min_: `fn min_(a: f32, b: f32) -> f32 { return choose_(a, b, place_(a) < place_(b)); }`,
  max_: `fn max_(a: f32, b: f32) -> f32 { return choose_(a, b, place_(a) > place_(b)); }`,
  abs_: `fn abs_(x: f32) -> f32 { return bitcast<f32>(bitcast<u32>(x) & 0x7fffffffu); }`,
  neg_: `fn neg_(x: f32) -> f32 { return bitcast<f32>(bitcast<u32>(x) ^ 0x80000000u); }`,
  signed_: `fn signed_(size: f32, x: f32) -> f32 {
  // A size with the sign of x.
  return bitcast<f32>(bitcast<u32>(size) | (bitcast<u32>(x) & 0x80000000u));
}`,
  floor_: `fn floor_(x: f32) -> f32 {
  let size = bitcast<u32>(x) & 0x7fffffffu;
  // Integers, infinities, NaN; zeros; between -1 and 0.
  if (size >= 0x4b000000u || size == 0u) { return x; }
  // A choice between 0 and -1 comes out as -0 from some compilers.
  if (size < 0x3f800000u) { return bitcast<f32>((bitcast<i32>(x) >> 31u) & -0x40800000); }
  return floor(x);
}`,
  round_: `fn round_(x: f32) -> f32 {
  let size = bitcast<u32>(x) & 0x7fffffffu;
  if (size >= 0x4b000000u) { return x; }
  return signed_(round(bitcast<f32>(size)), x);
}`,
  sqrt_: `fn sqrt_(x: f32) -> f32 {
  let bits = bitcast<u32>(x);
  if ((bits & 0x7fffffffu) == 0u || bits == 0x7f800000u) { return x; }
  if (bits > 0x7f800000u) { return nan_(); }
  // A denormal is an integer times 2^-149.
  if (bits < 0x00800000u) { return sqrt(2.0 * f32(bits)) * 2.6469779601696886e-23; }
  return sqrt(x);
}`,
  div_: `fn div_(a: f32, b: f32) -> f32 {
  // Division is exact to 2.5 units of the last place for divisors up to 2^126.
  let scale = select(1.0, 0.25, (bitcast<u32>(b) & 0x7fffffffu) > 0x7e800000u);
  return (a * scale) / (b * scale);
}`,
};

const helpers: Readonly<Record<string, string>> = { ...operations, ...wgslMaths };

/** The helper functions that a shader's text calls, and those that they call. */
export function wgslHelpers(text: string): string {
  const wanted = new Set<string>();
  const texts = [text];
  for (const part of texts) { // An array that grows while it is walked is walked to its end.
    for (const [, name] of part.matchAll(/\b([a-z]\w*_)\(/gi)) {
      if (wanted.has(name) || helpers[name] === undefined) continue;
      wanted.add(name);
      texts.push(helpers[name]);
    }
  }
  return Object.keys(helpers).filter((name) => wanted.has(name)).map((name) => helpers[name])
    .join("\n");
}
