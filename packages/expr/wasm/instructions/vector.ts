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

/** Instructions on 128 bits, whatever they hold. Addresses need no alignment. */
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

/** Sixteen bytes. */
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

/** Eight 16-bit integers. */
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
