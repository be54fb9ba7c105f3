// The transcendental functions on plain numbers: what the evaluator and constant folding use.
import type { Doubles } from "./doubles.ts";
import { binaryMaths, unaryMaths } from "./maths.ts";

const double = new Float64Array(1);
const words = new Uint32Array(double.buffer);

/** The nearest integer, half to even. */
export function nearest(x: number): number {
  return Math.abs(x % 1) === 0.5 ? 2 * Math.round(x / 2) : Math.round(x);
}

const numbers: Doubles<number, boolean> = {
  num: (value) => value,
  add: (a, b) => a + b,
  sub: (a, b) => a - b,
  mul: (a, b) => a * b,
  div: (a, b) => a / b,
  neg: (a) => -a,
  abs: Math.abs,
  min: Math.min,
  max: Math.max,
  nearest,
  floor: Math.floor,
  less: (a, b) => a < b,
  equal: (a, b) => a === b,
  select: (m, a, b) => m ? a : b,
  pow2: (k) => {
    words[0] = 0;
    words[1] = (k + 1023) << 20;
    return double[0];
  },
  split: (a) => {
    double[0] = a;
    const exponent = (words[1] - 0x3fe6a09e) >> 20;
    words[1] -= exponent << 20;
    return { exponent, fraction: double[0] };
  },
};

/** The functions of one argument, float32 in and out. */
export const unaryNumbers: Readonly<Record<keyof typeof unaryMaths, (x: number) => number>> = {
  exp: (x) => Math.fround(unaryMaths.exp(numbers, x)),
  log: (x) => Math.fround(unaryMaths.log(numbers, x)),
  sin: (x) => Math.fround(unaryMaths.sin(numbers, x)),
  cos: (x) => Math.fround(unaryMaths.cos(numbers, x)),
  tanh: (x) => Math.fround(unaryMaths.tanh(numbers, x)),
  atan: (x) => Math.fround(unaryMaths.atan(numbers, x)),
  erf: (x) => Math.fround(unaryMaths.erf(numbers, x)),
  erfc: (x) => Math.fround(unaryMaths.erfc(numbers, x)),
};

/** The functions of two arguments, float32 in and out. */
export const binaryNumbers: Readonly<
  Record<keyof typeof binaryMaths, (a: number, b: number) => number>
> = {
  pow: (a, b) => Math.fround(binaryMaths.pow(numbers, a, b)),
};
