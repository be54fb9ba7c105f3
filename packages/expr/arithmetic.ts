// One table of what each operation does to plain numbers. The evaluator and constant folding both read it.
import type { BinaryTag, UnaryTag } from "./expr.ts";
import * as maths from "./maths.ts";

const fround = Math.fround;

/** Rounds half to even, as IEEE 754 and `f32x4.nearest` do. */
function roundHalfEven(x: number): number {
  return Math.abs(x % 1) === 0.5 ? 2 * Math.round(x / 2) : Math.round(x);
}

/** The float32 value of every unary operation. */
export const unaryValue: Readonly<Record<UnaryTag, (a: number) => number>> = {
  neg: (a) => -a,
  abs: Math.abs,
  sqrt: (a) => fround(Math.sqrt(a)),
  floor: Math.floor,
  round: roundHalfEven,
  exp: maths.exp,
  log: maths.log,
  sin: maths.sin,
  cos: maths.cos,
  tanh: maths.tanh,
  atan: maths.atan,
  erf: maths.erf,
  erfc: maths.erfc,
};

/** The float32 value of every binary operation. */
export const binaryValue: Readonly<Record<BinaryTag, (a: number, b: number) => number>> = {
  add: (a, b) => fround(a + b),
  sub: (a, b) => fround(a - b),
  mul: (a, b) => fround(a * b),
  div: (a, b) => fround(a / b),
  min: Math.min,
  max: Math.max,
  pow: maths.pow,
  less: (a, b) => a < b ? 1 : 0,
  lessEqual: (a, b) => a <= b ? 1 : 0,
  equal: (a, b) => a === b ? 1 : 0,
};
