// One table of what each operation does to plain numbers. The evaluator and constant folding both read it.
import type { BinaryTag, UnaryTag } from "./expr.ts";
import { binaryNumbers, nearest, unaryNumbers } from "./number_maths.ts";

const fround = Math.fround;

/** The float32 value of every unary operation. */
export const unaryValue: Readonly<Record<UnaryTag, (a: number) => number>> = {
  neg: (a) => -a,
  abs: Math.abs,
  sqrt: (a) => fround(Math.sqrt(a)),
  floor: Math.floor,
  round: nearest,
  ...unaryNumbers,
};

/** The float32 value of every binary operation. */
export const binaryValue: Readonly<Record<BinaryTag, (a: number, b: number) => number>> = {
  add: (a, b) => fround(a + b),
  sub: (a, b) => fround(a - b),
  mul: (a, b) => fround(a * b),
  div: (a, b) => fround(a / b),
  min: Math.min,
  max: Math.max,
  ...binaryNumbers,
  less: (a, b) => a < b ? 1 : 0,
  lessEqual: (a, b) => a <= b ? 1 : 0,
  equal: (a, b) => a === b ? 1 : 0,
};
