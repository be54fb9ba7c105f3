import type { Code } from "../code.ts";
import { type Group, type One, one128, simd, type Two, two128 } from "./forms.ts";
import { v128 } from "./v128.ts";

/**
 * Sixteen bytes.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Func, i32, i8x16, instantiate, v128 } from "@spikeloop/expr/wasm";
 *
 * const fn = new Func("reverse", []);
 * const x = v128.load(i32.const(0));
 * const order = Array.from({ length: 16 }, (_, i) => 15 - i);
 * fn.emit(v128.store(i32.const(0), i8x16.shuffle(x, x, order)));
 * const memory = new WebAssembly.Memory({ initial: 1 });
 * const bytes = new Uint8Array(memory.buffer, 0, 16);
 * bytes[0] = 7;
 * instantiate([fn], memory).reverse();
 * assertEquals([bytes[0], bytes[15]], [0, 7]);
 * ```
 */
export const i8x16:
  & Group<One, "splat" | "bitmask" | "allTrue" | "popcnt" | "neg">
  & Group<Two, "swizzle" | "eq" | "add" | "sub" | "narrowI16x8S" | "narrowI16x8U">
  & {
    const(...lanes: readonly number[]): Code;
    shuffle(a: Code, b: Code, lanes: readonly number[]): Code;
  } = {
    const: (...lanes: readonly number[]): Code => v128.const(lanes.map((lane) => lane & 0xff)),
    /** Bytes 0 to 15 are those of `a`, 16 to 31 those of `b`. */
    shuffle: (
      a: Code,
      b: Code,
      lanes: readonly number[],
    ): Code => [...a, ...b, ...simd(0x0d), ...lanes],
    swizzle: two128(0x0e),
    splat: one128(0x0f),
    eq: two128(0x23),
    neg: one128(0x61),
    popcnt: one128(0x62),
    allTrue: one128(0x63),
    bitmask: one128(0x64),
    narrowI16x8S: two128(0x65),
    narrowI16x8U: two128(0x66),
    add: two128(0x6e),
    sub: two128(0x71),
  };
