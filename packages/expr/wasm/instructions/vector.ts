import type { Code } from "../code.ts";
import {
  type Group,
  type Load,
  load,
  type MemoryLane,
  memoryLane,
  type One,
  one128,
  simd,
  type Store,
  store,
  type Two,
  two128,
} from "./forms.ts";

/**
 * Instructions on 128 bits, whatever they hold. Addresses need no alignment.
 *
 * @example Keep the numbers above 0.
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { f32x4, Func, i32, instantiate, v128 } from "@spikeloop/expr/wasm";
 *
 * const fn = new Func("rectify", []);
 * const x = v128.load(i32.const(0));
 * fn.emit(v128.store(i32.const(0), v128.and(x, f32x4.gt(x, f32x4.const(0)))));
 * const memory = new WebAssembly.Memory({ initial: 1 });
 * const numbers = new Float32Array(memory.buffer, 0, 4);
 * numbers.set([-1, 2, -3, 4]);
 * instantiate([fn], memory).rectify();
 * assertEquals([...numbers], [0, 2, 0, 4]);
 * ```
 */
export const v128:
  & Group<One, "not" | "anyTrue">
  & Group<Two, "and" | "andnot" | "or" | "xor">
  & Group<
    Load,
    | "load"
    | "load8Splat"
    | "load16Splat"
    | "load32Splat"
    | "load64Splat"
    | "load32Zero"
    | "load64Zero"
  >
  & Group<Store, "store">
  & Group<MemoryLane, "load32Lane" | "load64Lane" | "store32Lane" | "store64Lane">
  & {
    const(bytes: readonly number[]): Code;
    bitselect(a: Code, b: Code, mask: Code): Code;
  } = {
    const: (bytes: readonly number[]): Code => [...simd(0x0c), ...bytes],
    load: load(2, ...simd(0x00)),
    load8Splat: load(0, ...simd(0x07)),
    load16Splat: load(1, ...simd(0x08)),
    load32Splat: load(2, ...simd(0x09)),
    load64Splat: load(3, ...simd(0x0a)),
    load32Zero: load(2, ...simd(0x5c)),
    load64Zero: load(3, ...simd(0x5d)),
    store: store(2, ...simd(0x0b)),
    load32Lane: memoryLane(2, 0x56),
    load64Lane: memoryLane(3, 0x57),
    store32Lane: memoryLane(2, 0x5a),
    store64Lane: memoryLane(3, 0x5b),
    not: one128(0x4d),
    and: two128(0x4e),
    /** Bits of `a` where `b` is 0. */
    andnot: two128(0x4f),
    or: two128(0x50),
    xor: two128(0x51),
    /** Bits of `a` where `mask` is 1, of `b` where it is 0. */
    bitselect: (a: Code, b: Code, mask: Code): Code => [...a, ...b, ...mask, ...simd(0x52)],
    anyTrue: one128(0x53),
  };

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
