// The WGSL printer: expressions to statements, one per node.
import { type BinaryTag, type Expr, isBinary, schedule, type UnaryTag } from "@spikeloop/expr";

const unaryText: Readonly<Record<UnaryTag, (a: string) => string>> = {
  neg: (a) => `-(${a})`,
  abs: (a) => `abs(${a})`,
  sqrt: (a) => `sqrt(${a})`,
  floor: (a) => `floor(${a})`,
  round: (a) => `round(${a})`,
  exp: (a) => `exp(${a})`,
  log: (a) => `log(${a})`,
  sin: (a) => `circle_(${a}, 0)`,
  cos: (a) => `circle_(${a}, 1)`,
  tanh: (a) => `tanh_(${a})`,
  atan: (a) => `atan_(${a})`,
  erf: (a) => `erf_(${a})`,
  erfc: (a) => `erfc_(${a})`,
};

const binaryText: Readonly<Record<BinaryTag, (a: string, b: string) => string>> = {
  add: (a, b) => `${a} + ${b}`,
  sub: (a, b) => `${a} - ${b}`,
  mul: (a, b) => `${a} * ${b}`,
  div: (a, b) => `${a} / ${b}`,
  min: (a, b) => `min(${a}, ${b})`,
  max: (a, b) => `max(${a}, ${b})`,
  pow: (a, b) => `pow_(${a}, ${b})`,
  less: (a, b) => `${a} < ${b}`,
  lessEqual: (a, b) => `${a} <= ${b}`,
  equal: (a, b) => `${a} == ${b}`,
};

/**
 * Functions that WGSL lacks or leaves inexact, by the name under which printed code calls them.
 * WGSL allows sin and cos an error of 2^-11, and atan an error of 4096 units in the last place.
 */
const helpers: Readonly<Record<string, string>> = {
  circle_: `fn circle_(x: f32, ahead: i32) -> f32 {
  // The sine, some quarter turns ahead: x without its quarter turns, taken off in three pieces,
  // then Taylor's series.
  let n = round(x * 0.636619772);
  let r = ((x - n * 1.5703125) - n * 0.000483751297) - n * 7.54978995e-8;
  let q = r * r;
  let sine = r * (1.0 + q * (-0.166666667 + q * (0.00833333333 + q * (-0.000198412698 + q * 0.00000275573192))));
  let cosine = 1.0 + q * (-0.5 + q * (0.0416666667 + q * (-0.00138888889 + q * 0.0000248015873)));
  let quarter = (i32(n) + ahead) & 3;
  let value = select(sine, cosine, (quarter & 1) == 1);
  return select(value, -value, quarter >= 2);
}`,
  tanh_: `fn tanh_(x: f32) -> f32 {
  // Near 0 the quotient would lose digits: the Taylor series up to x^9. Beyond 10, tanh is 1 in
  // float32.
  let q = x * x;
  let near = x * (1.0 + q * (-0.333333333 + q * (0.133333333 + q * (-0.0539682540 + q * 0.0218694885))));
  let far = 1.0 - 2.0 / (exp(2.0 * min(abs(x), 10.0)) + 1.0);
  return select(select(far, -far, x < 0.0), near, q < 0.09);
}`,
  atan_: `fn atan_(x: f32) -> f32 {
  // Folded to below tan(pi / 8), then the Taylor series up to t^15.
  let z = abs(x);
  let middle = z > 0.414213562;
  let large = z > 2.41421356;
  let t = select(select(z, (z - 1.0) / (z + 1.0), middle), -1.0 / z, large);
  let start = select(select(0.0, 0.785398163, middle), 1.57079633, large);
  let q = t * t;
  let y = start + t * (1.0 + q * (-0.333333333 + q * (0.2 + q * (-0.142857143 + q * (0.111111111
    + q * (-0.0909090909 + q * (0.0769230769 - q * 0.0666666667)))))));
  return select(y, -y, x < 0.0);
}`,
  erf_: `fn erf_(x: f32) -> f32 {
  // Near 0 the complement would lose digits: the Taylor series up to x^11.
  let q = x * x;
  let near = 1.1283791670955126 * x * (1.0 + q * (-0.3333333333 + q * (0.1 + q * (-0.0238095238 + q * (0.00462962963 - q * 0.000757575757)))));
  return select(1.0 - erfc_(x), near, q < 0.25);
}`,
  erfc_: `fn erfc_(x: f32) -> f32 {
  // Rational Chebyshev form with a relative error below 1.2e-7.
  let z = abs(x);
  let t = 1.0 / (1.0 + 0.5 * z);
  let p = -1.26551223 + t * (1.00002368 + t * (0.37409196 + t * (0.09678418 + t * (-0.18628806
    + t * (0.27886807 + t * (-1.13520398 + t * (1.48851587 + t * (-0.82215223 + t * 0.17087277))))))));
  let y = t * exp(-z * z + p);
  return select(y, 2.0 - y, x < 0.0);
}`,
  pow_: `fn pow_(a: f32, b: f32) -> f32 {
  if (b == 0.0) { return 1.0; }
  if (a >= 0.0) { return pow(a, b); }
  let magnitude = pow(-a, b);
  let odd = abs(b) - 2.0 * floor(abs(b) * 0.5);
  return select(magnitude, -magnitude, odd == 1.0);
}`,
  infinity_: `var<private> infinityBits: u32 = 0x7f800000u;
fn infinity_() -> f32 { return bitcast<f32>(infinityBits); }`,
  nan_: `var<private> nanBits: u32 = 0x7fc00000u;
fn nan_() -> f32 { return bitcast<f32>(nanBits); }`,
};

function literal(value: number): string {
  if (Number.isNaN(value)) return "nan_()";
  if (!Number.isFinite(value)) return value > 0 ? "infinity_()" : "-infinity_()";
  const text = String(value);
  return /[.e]/.test(text) ? `${text}f` : `${text}.0`;
}

/** Statements that compute expressions, and the terms of their values. */
export interface Printed {
  /** One `let` per node. */
  readonly statements: readonly string[];
  /** One term per root. */
  readonly roots: readonly string[];
}

/**
 * Prints expressions as WGSL statements.
 *
 * @param inputs The term of each input.
 * @param prefix Starts the names of all variables, so that parts of a shader do not share names.
 */
export function printWgsl(
  roots: readonly Expr[],
  inputs: (name: string) => string,
  prefix: string,
): Printed {
  const statements: string[] = [];
  const conditions = new Map<Expr, string>();
  const numbers = new Map<Expr, string>();
  const number = (e: Expr): string => {
    const known = numbers.get(e);
    if (known !== undefined) return known;
    const term = `select(0.0, 1.0, ${conditions.get(e)})`;
    numbers.set(e, term);
    return term;
  };
  const condition = (e: Expr) => conditions.get(e) ?? `(${number(e)} != 0.0)`;
  const name = (text: string) => {
    const variable = `${prefix}${statements.length}`;
    statements.push(`let ${variable} = ${text};`);
    return variable;
  };
  for (const e of schedule(roots)) {
    if (e.tag === "const") numbers.set(e, literal(e.value));
    else if (e.tag === "input") numbers.set(e, inputs(e.name));
    else if (e.tag === "detach") numbers.set(e, number(e.a));
    else if (e.tag === "surrogate") numbers.set(e, number(e.value));
    else if (e.tag === "spike") conditions.set(e, name(`${number(e.a)} >= 0.0`));
    else if (e.tag === "select") {
      numbers.set(e, name(`select(${number(e.b)}, ${number(e.a)}, ${condition(e.test)})`));
    } else if ("b" in e) {
      const text = binaryText[e.tag](number(e.a), number(e.b));
      (isBinary(e) ? conditions : numbers).set(e, name(text));
    } else numbers.set(e, name(unaryText[e.tag](number(e.a))));
  }
  return { statements, roots: roots.map(number) };
}

/** The helper functions that a shader's text calls. */
export function wgslHelpers(text: string): string {
  const called = (name: string, within: string) => within.includes(`${name}(`);
  const direct = Object.keys(helpers).filter((name) => called(name, text));
  const wanted = direct.includes("erf_") && !direct.includes("erfc_")
    ? [...direct, "erfc_"]
    : direct;
  return wanted.map((name) => helpers[name]).join("\n");
}
