// The transcendental functions as SIMD code: each half of a vector is widened to two doubles, computed and narrowed.
import type { Doubles } from "../doubles.ts";
import type { Maths } from "../expr.ts";
import { type Code, sequence } from "./code.ts";
import type { Func } from "./func.ts";
import { f32x4, f64x2, i64x2, i8x16, v128 } from "./instructions.ts";

const magic = 1.5 * 2 ** 52;
const magicBits = new BigInt64Array(Float64Array.of(magic).buffer)[0];
const splitPoint = 0x3fe6a09e00000000n;

/** Code that computes into new locals of `fn`, appended to `code`; values are reads of those locals. */
function emitter(fn: Func, code: Code[]): Doubles<Code, Code> {
  const keep = (value: Code): Code => {
    const local = fn.local("v128");
    code.push(local.set(value));
    return local.get;
  };
  return {
    num: (value) => f64x2.const(value),
    add: (a, b) => keep(f64x2.add(a, b)),
    sub: (a, b) => keep(f64x2.sub(a, b)),
    mul: (a, b) => keep(f64x2.mul(a, b)),
    div: (a, b) => keep(f64x2.div(a, b)),
    neg: (a) => keep(f64x2.neg(a)),
    abs: (a) => keep(f64x2.abs(a)),
    min: (a, b) => keep(f64x2.min(a, b)),
    max: (a, b) => keep(f64x2.max(a, b)),
    nearest: (a) => keep(f64x2.nearest(a)),
    floor: (a) => keep(f64x2.floor(a)),
    less: (a, b) => keep(f64x2.lt(a, b)),
    equal: (a, b) => keep(f64x2.eq(a, b)),
    select: (m, a, b) => keep(v128.bitselect(a, b, m)),
    // Adding 1.5 · 2⁵² leaves an integer in the low bits of the double.
    pow2: (k) => keep(i64x2.shl(f64x2.add(k, magic + 1023), 52)),
    split: (a) => {
      const exponent = keep(
        i64x2.shrS(i64x2.sub(a, i64x2.const(splitPoint)), 52),
      );
      return {
        exponent: keep(
          f64x2.sub(i64x2.add(exponent, i64x2.const(magicBits)), magic),
        ),
        fraction: keep(i64x2.sub(a, i64x2.shl(exponent, 52))),
      };
    },
  };
}

const upperHalf = [8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7];
const joinLow = [0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23];

/** What a function leaves: code to run, and code that then gives its value. */
interface Emitted {
  readonly code: Code;
  readonly value: Code;
}

/** A function of these operands, which must be reads of locals. */
export function emitMaths(fn: Func, maths: Maths, args: readonly Code[]): Emitted {
  const code: Code[] = [];
  const widen = (half: (a: Code) => Code) =>
    args.map((a) => {
      const local = fn.local("v128");
      code.push(local.set(f64x2.promoteLowF32x4(half(a))));
      return local.get;
    });
  const operations = emitter(fn, code);
  const low = maths(operations, ...widen((a) => a));
  const high = maths(operations, ...widen((a) => i8x16.shuffle(a, a, upperHalf)));
  const value = i8x16.shuffle(f32x4.demoteF64x2Zero(low), f32x4.demoteF64x2Zero(high), joinLow);
  return { code: sequence(...code), value };
}
