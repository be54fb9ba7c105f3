import { type Group, type One, one128, type Two, two128 } from "./forms.ts";

/**
 * Eight 16-bit integers.
 *
 * @example Which of eight numbers are 7, as bits.
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Func, i16x8, i32, i32x4, instantiate } from "@spikeloop/expr/wasm";
 *
 * const fn = new Func("sevens", [], ["i32"]);
 * const numbers = i16x8.narrowI32x4S(i32x4.const(5, 6, 7, 8), i32x4.const(7, 0, 0, 7));
 * fn.emit(i16x8.bitmask(i16x8.eq(numbers, i16x8.splat(i32.const(7)))));
 * const { sevens } = instantiate([fn], new WebAssembly.Memory({ initial: 1 }));
 * assertEquals(sevens(), 0b10010100);
 * ```
 */
export const i16x8:
  & Group<One, "splat" | "bitmask" | "allTrue">
  & Group<Two, "eq" | "add" | "sub" | "mul" | "narrowI32x4S" | "narrowI32x4U"> = {
    splat: one128(0x10),
    eq: two128(0x2d),
    allTrue: one128(0x83),
    bitmask: one128(0x84),
    narrowI32x4S: two128(0x85),
    narrowI32x4U: two128(0x86),
    add: two128(0x8e),
    sub: two128(0x91),
    mul: two128(0x95),
  };
