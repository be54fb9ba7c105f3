// Float64 operations on plain numbers. The evaluator and constant folding run the transcendental
// functions on them.
import { nearest } from "./arithmetic.ts";
import type { Doubles } from "./doubles.ts";
import type { Maths, MathsRunner } from "./expr.ts";

const double = new Float64Array(1);
const words = new Uint32Array(double.buffer);

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

/** `MathsRunner.onNumbers` of a function. */
export function onNumbers(maths: Maths): MathsRunner["onNumbers"] {
  return (a, b = 0) => Math.fround(maths(numbers, a, b));
}
