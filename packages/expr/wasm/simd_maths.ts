// The transcendental functions as SIMD code: each half of a vector is widened to two doubles,
// computed and narrowed.
import type { Doubles } from "../doubles.ts";
import type { EmittedMaths, Maths } from "../expr.ts";
import { type Code, type Local, sequence } from "./code.ts";
import type { Func } from "./func.ts";
import { f64x2, i64x2, shuffle, v128 } from "./instructions.ts";

const magic = 1.5 * 2 ** 52;
const magicBits = new BigInt64Array(Float64Array.of(magic).buffer)[0];
const splitPoint = 0x3fe6a09e00000000n;

/** A value in two doubles: a local, or the code of a constant. */
type Value = Code | Local;

/** Writes values into locals, by code that it appends to `code`. */
function emitter(fn: Func, scratch: () => Local, code: Code[]): Doubles<Value, Value> {
  const save = (value: Code): Local => {
    const local = scratch();
    code.push(local.set(value));
    return local;
  };
  const number = (value: number) => fn.constant(f64x2.const(value));
  const integer = (value: bigint) => fn.constant(i64x2.const(value));
  return {
    num: number,
    add: (a, b) => save(f64x2.add(a, b)),
    sub: (a, b) => save(f64x2.sub(a, b)),
    mul: (a, b) => save(f64x2.mul(a, b)),
    div: (a, b) => save(f64x2.div(a, b)),
    neg: (a) => save(f64x2.neg(a)),
    abs: (a) => save(f64x2.abs(a)),
    // b < a ? b : a, which is NaN if a is. It takes one machine instruction, f64x2.min seven.
    min: (a, b) => save(f64x2.pmin(a, b)),
    max: (a, b) => save(f64x2.pmax(a, b)),
    nearest: (a) => save(f64x2.nearest(a)),
    floor: (a) => save(f64x2.floor(a)),
    less: (a, b) => save(f64x2.lt(a, b)),
    equal: (a, b) => save(f64x2.eq(a, b)),
    select: (m, a, b) => save(v128.bitselect(a, b, m)),
    // Adding 1.5 · 2⁵² leaves an integer in the low bits of the double.
    pow2: (k) => save(i64x2.shl(f64x2.add(k, number(magic + 1023)), 52)),
    split: (a) => {
      const exponent = save(i64x2.shrS(i64x2.sub(a, integer(splitPoint)), 52));
      return {
        exponent: save(f64x2.sub(i64x2.add(exponent, integer(magicBits)), number(magic))),
        fraction: save(i64x2.sub(a, i64x2.shl(exponent, 52))),
      };
    },
  };
}

const upperHalf = [8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7];
const joinLow = [0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23];

/** The locals of a function's intermediate values, which all functions of one `fn` share. */
const scratches = new WeakMap<Func, Local[]>();

/** `MathsRunner.onLanes` of a function. */
export function emitMaths(fn: Func, maths: Maths, args: readonly Code[]): EmittedMaths {
  const code: Code[] = [];
  const locals = scratches.get(fn) ?? [];
  scratches.set(fn, locals);
  let used = 0;
  const scratch = (): Local => {
    const local = locals[used] ??= fn.local("v128");
    used++;
    return local;
  };
  const widen = (half: (a: Code) => Code) =>
    args.map((a) => {
      const local = scratch();
      code.push(local.set(f64x2.promoteLowF32x4(half(a))));
      return local;
    });
  const operations = emitter(fn, scratch, code);
  const low = maths(operations, ...widen((a) => a));
  const high = maths(operations, ...widen((a) => shuffle(a, a, upperHalf)));
  const value = shuffle(f64x2.demoteZero(low), f64x2.demoteZero(high), joinLow);
  return { code: sequence(...code), value };
}
