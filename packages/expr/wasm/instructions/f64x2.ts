import { type Code, float64Bytes } from "../code.ts";
import { extractLane, type Group, type One, one128, replaceLane, two128 } from "./forms.ts";
import { v128 } from "./v128.ts";
import type { FloatLanes } from "./float_lanes.ts";

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
