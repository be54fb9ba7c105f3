// The operations on plain numbers, as float32. The evaluator and constant folding use them.
import type { PlainBinaryTag, PlainUnaryTag } from "./expr.ts";

const fround = Math.fround;

/** The nearest integer, half to even. */
export function nearest(x: number): number {
  return Math.abs(x % 1) === 0.5 ? 2 * Math.round(x / 2) : Math.round(x);
}

export const unaryValues: Readonly<Record<PlainUnaryTag, (a: number) => number>> = {
  neg: (a) => -a,
  abs: Math.abs,
  sqrt: (a) => fround(Math.sqrt(a)),
  floor: Math.floor,
  round: nearest,
};

export const binaryValues: Readonly<Record<PlainBinaryTag, (a: number, b: number) => number>> = {
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
