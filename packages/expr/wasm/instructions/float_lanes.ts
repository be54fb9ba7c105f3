import { type Code, float32Bytes, float64Bytes } from "../code.ts";
import {
  type ExtractLane,
  extractLane,
  type Group,
  type One,
  one128,
  type ReplaceLane,
  replaceLane,
  type Two,
  two128,
} from "./forms.ts";
import { v128 } from "./vector.ts";

/**
 * What vectors of float32 and float64 share. Comparisons give all bits set where they hold. `min` and `max` are those
 * of IEEE 754 (NaN wins); `pmin(a, b)` is b < a ? b : a, `pmax(a, b)` is a < b ? b : a, which cost less.
 */
export type FloatLanes =
  & Group<One, "splat" | "ceil" | "floor" | "trunc" | "nearest" | "abs" | "neg" | "sqrt">
  & Group<Two, "eq" | "ne" | "lt" | "gt" | "le" | "ge">
  & Group<Two, "add" | "sub" | "mul" | "div" | "min" | "max" | "pmin" | "pmax">
  & Group<ExtractLane, "extractLane">
  & Group<ReplaceLane, "replaceLane">
  & { const(value: number): Code };

/**
 * Four float32. `const` gives one number to all lanes.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { f32x4, Func, i32, instantiate, v128 } from "@spikeloop/expr/wasm";
 *
 * const fn = new Func("decay", ["f32"]);
 * const at = i32.const(0);
 * fn.emit(v128.store(at, f32x4.mul(v128.load(at), f32x4.splat(fn.param(0).get))));
 * const memory = new WebAssembly.Memory({ initial: 1 });
 * const numbers = new Float32Array(memory.buffer, 0, 4);
 * numbers.set([1, 2, 3, 4]);
 * instantiate([fn], memory).decay(0.5);
 * assertEquals([...numbers], [0.5, 1, 1.5, 2]);
 * ```
 */
export const f32x4: FloatLanes & Group<One, "demoteF64x2Zero" | "convertI32x4S" | "convertI32x4U"> =
  {
    const: (value: number): Code => {
      const bytes = float32Bytes(value);
      return v128.const([...bytes, ...bytes, ...bytes, ...bytes]);
    },
    splat: one128(0x13),
    extractLane: extractLane(0x1f),
    replaceLane: replaceLane(0x20),
    eq: two128(0x41),
    ne: two128(0x42),
    lt: two128(0x43),
    gt: two128(0x44),
    le: two128(0x45),
    ge: two128(0x46),
    demoteF64x2Zero: one128(0x5e),
    ceil: one128(0x67),
    floor: one128(0x68),
    trunc: one128(0x69),
    nearest: one128(0x6a),
    abs: one128(0xe0),
    neg: one128(0xe1),
    sqrt: one128(0xe3),
    add: two128(0xe4),
    sub: two128(0xe5),
    mul: two128(0xe6),
    div: two128(0xe7),
    min: two128(0xe8),
    max: two128(0xe9),
    pmin: two128(0xea),
    pmax: two128(0xeb),
    convertI32x4S: one128(0xfa),
    convertI32x4U: one128(0xfb),
  };

/**
 * Two float64. `const` gives one number to both lanes.
 *
 * @example Two roots at once, of which the second is read.
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { f64x2, Func, instantiate } from "@spikeloop/expr/wasm";
 *
 * const fn = new Func("rootOfSecond", ["f64", "f64"], ["f64"]);
 * const pair = f64x2.replaceLane(f64x2.splat(fn.param(0).get), fn.param(1).get, 1);
 * fn.emit(f64x2.extractLane(f64x2.sqrt(pair), 1));
 * const { rootOfSecond } = instantiate([fn], new WebAssembly.Memory({ initial: 1 }));
 * assertEquals(rootOfSecond(4, 9), 3);
 * ```
 */
export const f64x2:
  & FloatLanes
  & Group<One, "promoteLowF32x4" | "convertLowI32x4S" | "convertLowI32x4U"> = {
    const: (value: number): Code => {
      const bytes = float64Bytes(value);
      return v128.const([...bytes, ...bytes]);
    },
    splat: one128(0x14),
    extractLane: extractLane(0x21),
    replaceLane: replaceLane(0x22),
    eq: two128(0x47),
    ne: two128(0x48),
    lt: two128(0x49),
    gt: two128(0x4a),
    le: two128(0x4b),
    ge: two128(0x4c),
    promoteLowF32x4: one128(0x5f),
    ceil: one128(0x74),
    floor: one128(0x75),
    trunc: one128(0x7a),
    nearest: one128(0x94),
    abs: one128(0xec),
    neg: one128(0xed),
    sqrt: one128(0xef),
    add: two128(0xf0),
    sub: two128(0xf1),
    mul: two128(0xf2),
    div: two128(0xf3),
    min: two128(0xf4),
    max: two128(0xf5),
    pmin: two128(0xf6),
    pmax: two128(0xf7),
    convertLowI32x4S: one128(0xfe),
    convertLowI32x4U: one128(0xff),
  };
