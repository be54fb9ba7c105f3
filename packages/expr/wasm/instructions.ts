// Instructions by type, named as in the WebAssembly specification.
import { type Code, float32Bytes, float64Bytes, signed, unsigned } from "./code.ts";

/** An instruction with one operand. */
export type One = (a: Code) => Code;
/** An instruction with two operands. */
export type Two = (a: Code, b: Code) => Code;
/** Instructions of one form, by name. */
export type Group<Form, Names extends string> = Readonly<Record<Names, Form>>;

const one = (...op: number[]): One => (a) => [...a, ...op];
const two = (...op: number[]): Two => (a, b) => [...a, ...b, ...op];
const simd = (op: number) => [0xfd, ...unsigned(op)];
const one128 = (op: number) => one(...simd(op));
const two128 = (op: number) => two(...simd(op));

/** An instruction that reads memory at an address plus a constant offset. */
export type Load = (address: Code, offset?: number) => Code;
/** An instruction that writes memory at an address plus a constant offset. */
export type Store = (address: Code, value: Code, offset?: number) => Code;

const load = (align: number, ...op: number[]): Load => (address, offset = 0) => [
  ...address,
  ...op,
  align,
  ...unsigned(offset),
];
const store = (align: number, ...op: number[]): Store => (address, value, offset = 0) => [
  ...address,
  ...value,
  ...op,
  align,
  ...unsigned(offset),
];

/** Instructions on 32-bit integers. */
export const i32:
  & Group<One, "eqz" | "clz" | "ctz" | "popcnt">
  & Group<
    Two,
    | "eq"
    | "ne"
    | "ltS"
    | "ltU"
    | "gtS"
    | "gtU"
    | "leS"
    | "leU"
    | "geS"
    | "geU"
    | "add"
    | "sub"
    | "mul"
    | "divU"
    | "remU"
    | "and"
    | "or"
    | "xor"
    | "shl"
    | "shrS"
    | "shrU"
  >
  & Group<Load, "load" | "load8U" | "load16U" | "atomicLoad">
  & Group<Store, "store" | "store8" | "store16" | "atomicStore" | "atomicAdd">
  & { const(value: number): Code } = {
    const: (value: number): Code => [0x41, ...signed(value)],
    load: load(2, 0x28),
    load8U: load(0, 0x2d),
    load16U: load(1, 0x2f),
    store: store(2, 0x36),
    store8: store(0, 0x3a),
    store16: store(1, 0x3b),
    eqz: one(0x45),
    eq: two(0x46),
    ne: two(0x47),
    ltS: two(0x48),
    ltU: two(0x49),
    gtS: two(0x4a),
    gtU: two(0x4b),
    leS: two(0x4c),
    leU: two(0x4d),
    geS: two(0x4e),
    geU: two(0x4f),
    clz: one(0x67),
    ctz: one(0x68),
    popcnt: one(0x69),
    add: two(0x6a),
    sub: two(0x6b),
    mul: two(0x6c),
    divU: two(0x6e),
    remU: two(0x70),
    and: two(0x71),
    or: two(0x72),
    xor: two(0x73),
    shl: two(0x74),
    shrS: two(0x75),
    shrU: two(0x76),
    atomicLoad: load(2, 0xfe, 0x10),
    atomicStore: store(2, 0xfe, 0x17),
    atomicAdd: store(2, 0xfe, 0x1e),
  };

/** Instructions on float32. */
export const f32:
  & Group<One, "abs" | "neg" | "sqrt" | "convertI32U">
  & Group<
    Two,
    "eq" | "ne" | "lt" | "gt" | "le" | "ge" | "add" | "sub" | "mul" | "div" | "min" | "max"
  >
  & Group<Load, "load">
  & Group<Store, "store">
  & { const(value: number): Code } = {
    const: (value: number): Code => [0x43, ...float32Bytes(value)],
    load: load(2, 0x2a),
    store: store(2, 0x38),
    eq: two(0x5b),
    ne: two(0x5c),
    lt: two(0x5d),
    gt: two(0x5e),
    le: two(0x5f),
    ge: two(0x60),
    abs: one(0x8b),
    neg: one(0x8c),
    sqrt: one(0x91),
    add: two(0x92),
    sub: two(0x93),
    mul: two(0x94),
    div: two(0x95),
    min: two(0x96),
    max: two(0x97),
    convertI32U: one(0xb3),
  };

/** Instructions on float64. */
export const f64:
  & Group<Two, "add" | "sub" | "mul" | "div">
  & Group<Load, "load">
  & Group<Store, "store">
  & { const(value: number): Code } = {
    const: (value: number): Code => [0x44, ...float64Bytes(value)],
    load: load(3, 0x2b),
    store: store(3, 0x39),
    add: two(0xa0),
    sub: two(0xa1),
    mul: two(0xa2),
    div: two(0xa3),
  };

/** Instructions on 128 bits, whatever they hold. */
export const v128:
  & Group<One, "not" | "anyTrue">
  & Group<Two, "and" | "andnot" | "or" | "xor">
  & Group<Load, "load" | "load32Splat" | "load32Zero" | "load64Zero">
  & Group<Store, "store">
  & {
    const(bytes: readonly number[]): Code;
    load32Lane(address: Code, value: Code, lane: number, offset?: number): Code;
    store32Lane(address: Code, value: Code, lane: number, offset?: number): Code;
    store64Lane(address: Code, value: Code, lane: number, offset?: number): Code;
    bitselect(a: Code, b: Code, mask: Code): Code;
  } = {
    const: (bytes: readonly number[]): Code => [...simd(0x0c), ...bytes],
    load: load(2, ...simd(0x00)),
    load32Splat: load(2, ...simd(0x09)),
    load32Zero: load(2, ...simd(0x5c)),
    load64Zero: load(2, ...simd(0x5d)),
    store: store(2, ...simd(0x0b)),
    load32Lane: (address: Code, value: Code, lane: number, offset = 0): Code => [
      ...address,
      ...value,
      ...simd(0x56),
      2,
      ...unsigned(offset),
      lane,
    ],
    store32Lane: (address: Code, value: Code, lane: number, offset = 0): Code => [
      ...address,
      ...value,
      ...simd(0x5a),
      2,
      ...unsigned(offset),
      lane,
    ],
    store64Lane: (address: Code, value: Code, lane: number, offset = 0): Code => [
      ...address,
      ...value,
      ...simd(0x5b),
      2,
      ...unsigned(offset),
      lane,
    ],
    not: one128(0x4d),
    and: two128(0x4e),
    andnot: two128(0x4f),
    or: two128(0x50),
    xor: two128(0x51),
    /** Bits of `a` where `mask` is 1, of `b` where it is 0. */
    bitselect: (a: Code, b: Code, mask: Code): Code => [...a, ...b, ...mask, ...simd(0x52)],
    anyTrue: one128(0x53),
  };

/** Sixteen bytes. */
export const i8x16: Group<One, "bitmask"> & Group<Two, "swizzle"> & {
  shuffle(a: Code, b: Code, lanes: readonly number[]): Code;
} = {
  /** Bytes 0 to 15 are those of `a`, 16 to 31 those of `b`. */
  shuffle: (
    a: Code,
    b: Code,
    lanes: readonly number[],
  ): Code => [...a, ...b, ...simd(0x0d), ...lanes],
  swizzle: two128(0x0e),
  bitmask: one128(0x64),
};

/** Four 32-bit integers. */
export const i32x4:
  & Group<One, "splat" | "allTrue" | "bitmask" | "truncSatF64x2SZero" | "truncSatF32x4S">
  & Group<Two, "eq" | "shl" | "shrS" | "shrU" | "add" | "sub" | "mul">
  & { const(...lanes: readonly number[]): Code; extractLane(a: Code, lane: number): Code } = {
    const: (...lanes: readonly number[]): Code =>
      v128.const([...new Uint8Array(Int32Array.from(lanes).buffer)]),
    splat: one128(0x11),
    extractLane: (a: Code, lane: number): Code => [...a, ...simd(0x1b), lane],
    eq: two128(0x37),
    allTrue: one128(0xa3),
    bitmask: one128(0xa4),
    shl: two128(0xab),
    shrS: two128(0xac),
    shrU: two128(0xad),
    add: two128(0xae),
    sub: two128(0xb1),
    mul: two128(0xb5),
    truncSatF64x2SZero: one128(0xfc),
    truncSatF32x4S: one128(0xf8),
  };

/** Two 64-bit integers. */
export const i64x2:
  & Group<One, "extendLowI32x4S" | "extendHighI32x4S">
  & Group<Two, "shl" | "shrS" | "shrU" | "add" | "sub">
  & { const(...lanes: readonly bigint[]): Code } = {
    const: (...lanes: readonly bigint[]): Code =>
      v128.const([...new Uint8Array(BigInt64Array.from(lanes).buffer)]),
    extendLowI32x4S: one128(0xc7),
    extendHighI32x4S: one128(0xc8),
    shl: two128(0xcb),
    shrS: two128(0xcc),
    shrU: two128(0xcd),
    add: two128(0xce),
    sub: two128(0xd1),
  };

/** Four float32. */
export const f32x4:
  & Group<
    One,
    | "splat"
    | "demoteF64x2Zero"
    | "ceil"
    | "floor"
    | "trunc"
    | "nearest"
    | "abs"
    | "neg"
    | "sqrt"
    | "convertI32x4S"
  >
  & Group<
    Two,
    | "eq"
    | "ne"
    | "lt"
    | "gt"
    | "le"
    | "ge"
    | "add"
    | "sub"
    | "mul"
    | "div"
    | "min"
    | "max"
    | "pmin"
    | "pmax"
  >
  & {
    const(value: number): Code;
    extractLane(a: Code, lane: number): Code;
    replaceLane(a: Code, value: Code, lane: number): Code;
  } = {
    const: (value: number): Code => v128.const([0, 1, 2, 3].flatMap(() => float32Bytes(value))),
    splat: one128(0x13),
    extractLane: (a: Code, lane: number): Code => [...a, ...simd(0x1f), lane],
    replaceLane: (
      a: Code,
      value: Code,
      lane: number,
    ): Code => [...a, ...value, ...simd(0x20), lane],
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
  };

/** Two float64. */
export const f64x2:
  & Group<
    One,
    | "splat"
    | "promoteLowF32x4"
    | "ceil"
    | "floor"
    | "trunc"
    | "nearest"
    | "abs"
    | "neg"
    | "sqrt"
    | "convertLowI32x4S"
  >
  & Group<
    Two,
    "eq" | "ne" | "lt" | "gt" | "le" | "ge" | "add" | "sub" | "mul" | "div" | "min" | "max"
  >
  & { const(value: number): Code; extractLane(a: Code, lane: number): Code } = {
    const: (value: number): Code => v128.const([0, 1].flatMap(() => float64Bytes(value))),
    splat: one128(0x14),
    extractLane: (a: Code, lane: number): Code => [...a, ...simd(0x21), lane],
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
    convertLowI32x4S: one128(0xfe),
  };

/** Instructions on ranges of memory. */
export const memory: Group<Store, "atomicNotify"> & {
  copy(to: Code, from: Code, bytes: Code): Code;
  fill(at: Code, value: Code, bytes: Code): Code;
  atomicWait32(address: Code, expected: Code, nanoseconds: Code): Code;
} = {
  copy: (to: Code, from: Code, bytes: Code): Code => [...to, ...from, ...bytes, 0xfc, 0x0a, 0, 0],
  fill: (at: Code, value: Code, bytes: Code): Code => [...at, ...value, ...bytes, 0xfc, 0x0b, 0],
  atomicNotify: store(2, 0xfe, 0x00),
  /** Waits while the i32 at the address equals `expected`, for at most `nanoseconds` (an i64). */
  atomicWait32: (address: Code, expected: Code, nanoseconds: Code): Code => [
    ...address,
    ...expected,
    ...nanoseconds,
    0xfe,
    0x01,
    2,
    0,
  ],
};
