import type { Code } from "../code.ts";
import {
  type ExtractLane,
  extractLane,
  type Group,
  type One,
  one128,
  type Two,
  two128,
} from "./forms.ts";
import { v128 } from "./v128.ts";

/**
 * Two 64-bit integers. Shifts take their distance as an i32.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Func, i32, i64x2, instantiate } from "@spikeloop/expr/wasm";
 *
 * const fn = new Func("shifted", [], ["i32"]);
 * const bits = i64x2.shl(i64x2.const(3n, 5n), i32.const(40));
 * fn.emit(i32.wrapI64(i64x2.extractLane(i64x2.shrU(bits, i32.const(39)), 1)));
 * const { shifted } = instantiate([fn], new WebAssembly.Memory({ initial: 1 }));
 * assertEquals(shifted(), 10);
 * ```
 */
export const i64x2:
  & Group<One, "splat" | "neg" | "allTrue" | "bitmask">
  & Group<
    One,
    "extendLowI32x4S" | "extendHighI32x4S" | "extendLowI32x4U" | "extendHighI32x4U"
  >
  & Group<Two, "eq" | "ne" | "shl" | "shrS" | "shrU" | "add" | "sub" | "mul">
  & Group<ExtractLane, "extractLane">
  & { const(...lanes: readonly bigint[]): Code } = {
    const: (...lanes: readonly bigint[]): Code =>
      v128.const([...new Uint8Array(BigInt64Array.from(lanes).buffer)]),
    splat: one128(0x12),
    extractLane: extractLane(0x1d),
    neg: one128(0xc1),
    allTrue: one128(0xc3),
    bitmask: one128(0xc4),
    extendLowI32x4S: one128(0xc7),
    extendHighI32x4S: one128(0xc8),
    extendLowI32x4U: one128(0xc9),
    extendHighI32x4U: one128(0xca),
    shl: two128(0xcb),
    shrS: two128(0xcc),
    shrU: two128(0xcd),
    add: two128(0xce),
    sub: two128(0xd1),
    mul: two128(0xd5),
    eq: two128(0xd6),
    ne: two128(0xd7),
  };
