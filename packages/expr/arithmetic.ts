// The operations on plain numbers. The evaluator and constant folding use them.
import type { BinaryTag, Maths, PlainBinaryTag, PlainUnaryTag, UnaryTag } from "./expr.ts";
import { nearest, onNumbers } from "./number_maths.ts";

const fround = Math.fround;

const unaryValues: Readonly<Record<PlainUnaryTag, (a: number) => number>> = {
  neg: (a) => -a,
  abs: Math.abs,
  sqrt: (a) => fround(Math.sqrt(a)),
  floor: Math.floor,
  round: nearest,
};

const binaryValues: Readonly<Record<PlainBinaryTag, (a: number, b: number) => number>> = {
  add: (a, b) => fround(a + b),
  sub: (a, b) => fround(a - b),
  mul: (a, b) => fround(a * b),
  div: (a, b) => fround(a / b),
  min: Math.min,
  max: Math.max,
  less: (a, b) => a < b ? 1 : 0,
  lessEqual: (a, b) => a <= b ? 1 : 0,
  equal: (a, b) => a === b ? 1 : 0,
};

/** The float32 value of a unary operation. */
export function unaryValue(tag: UnaryTag, maths: Maths | undefined): (a: number) => number {
  return maths === undefined ? unaryValues[tag as PlainUnaryTag] : onNumbers(maths);
}

/** The float32 value of a binary operation. */
export function binaryValue(
  tag: BinaryTag,
  maths: Maths | undefined,
): (a: number, b: number) => number {
  return maths === undefined ? binaryValues[tag as PlainBinaryTag] : onNumbers(maths);
}
