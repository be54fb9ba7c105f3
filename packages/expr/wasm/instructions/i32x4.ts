import type { Code } from "../code.ts";
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
import { v128 } from "./v128.ts";

/**
 * Four 32-bit integers. Shifts take their distance as an i32.
 *
 * @example Which of four numbers are above 5, as bits.
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Func, i32x4, instantiate } from "@spikeloop/expr/wasm";
 *
 * const fn = new Func("above", [], ["i32"]);
 * fn.emit(i32x4.bitmask(i32x4.gtS(i32x4.const(1, 9, 3, 7), i32x4.const(5, 5, 5, 5))));
 * const { above } = instantiate([fn], new WebAssembly.Memory({ initial: 1 }));
 * assertEquals(above(), 0b1010);
 * ```
 */
export const i32x4:
  & Group<One, "splat" | "abs" | "neg" | "allTrue" | "bitmask">
  & Group<One, "truncSatF32x4S" | "truncSatF32x4U" | "truncSatF64x2SZero" | "truncSatF64x2UZero">
  & Group<Two, "eq" | "ne" | "ltS" | "gtS" | "leS" | "geS">
  & Group<Two, "shl" | "shrS" | "shrU" | "add" | "sub" | "mul">
  & Group<Two, "minS" | "minU" | "maxS" | "maxU">
  & Group<ExtractLane, "extractLane">
  & Group<ReplaceLane, "replaceLane">
  & { const(...lanes: readonly number[]): Code } = {
    const: (...lanes: readonly number[]): Code =>
      v128.const([...new Uint8Array(Int32Array.from(lanes).buffer)]),
    splat: one128(0x11),
    extractLane: extractLane(0x1b),
    replaceLane: replaceLane(0x1c),
    eq: two128(0x37),
    ne: two128(0x38),
    ltS: two128(0x39),
    gtS: two128(0x3b),
    leS: two128(0x3d),
    geS: two128(0x3f),
    abs: one128(0xa0),
    neg: one128(0xa1),
    allTrue: one128(0xa3),
    bitmask: one128(0xa4),
    shl: two128(0xab),
    shrS: two128(0xac),
    shrU: two128(0xad),
    add: two128(0xae),
    sub: two128(0xb1),
    mul: two128(0xb5),
    minS: two128(0xb6),
    minU: two128(0xb7),
    maxS: two128(0xb8),
    maxU: two128(0xb9),
    truncSatF32x4S: one128(0xf8),
    truncSatF32x4U: one128(0xf9),
    truncSatF64x2SZero: one128(0xfc),
    truncSatF64x2UZero: one128(0xfd),
  };
