// The operations on plain numbers, as float32. The evaluator and constant folding use them.

const fround = Math.fround;

/** The nearest integer, half to even. */
export function nearest(x: number): number {
  return Math.abs(x % 1) === 0.5 ? 2 * Math.round(x / 2) : Math.round(x);
}

const unchanged = (a: number) => a;

/** The operations, by the tags of their nodes, on the numbers of `operands`. */
export const values = {
  neg: (a: number) => -a,
  abs: Math.abs,
  sqrt: (a: number) => fround(Math.sqrt(a)),
  floor: Math.floor,
  round: nearest,
  add: (a: number, b: number) => fround(a + b),
  sub: (a: number, b: number) => fround(a - b),
  mul: (a: number, b: number) => fround(a * b),
  div: (a: number, b: number) => fround(a / b),
  min: Math.min,
  max: Math.max,
  less: (a: number, b: number) => a < b ? 1 : 0,
  lessEqual: (a: number, b: number) => a <= b ? 1 : 0,
  equal: (a: number, b: number) => a === b ? 1 : 0,
  select: (test: number, a: number, b: number) => test !== 0 ? a : b,
  spike: (a: number) => a >= 0 ? 1 : 0,
  surrogate: unchanged,
  detach: unchanged,
} as const;
