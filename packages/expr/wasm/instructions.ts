// The instructions that kernels use, one table per type of value.
import {
  type Code,
  type Constant,
  constant128,
  constants,
  type Operand,
  operandCode,
  simd,
  unsigned,
} from "./code.ts";

/** An instruction with one operand. */
export type Unary = (a: Operand) => Code;
/** An instruction with two operands. */
export type Binary = (a: Operand, b: Operand) => Code;
/** An instruction that reads memory at an address plus a constant offset in bytes. */
export type Load = (address: Operand, offset?: number) => Code;
/** An instruction that writes memory at an address plus a constant offset in bytes. */
export type Store = (address: Operand, value: Operand, offset?: number) => Code;
/** An instruction that computes one lane of a vector. */
export type ExtractLane = (a: Operand, lane: number) => Code;
/**
 * An instruction that reads or writes one lane of a vector in memory; reading yields the vector.
 */
export type MemoryLane = (
  address: Operand,
  vector: Operand,
  lane: number,
  offset?: number,
) => Code;

/** Makes a table of instructions such that bundlers leave it out where it isn't used. */
const table = <T>(make: () => T): T => make();

/** Instructions of one form, by name. */
export type Group<Form, Names extends string> = Readonly<Record<Names, Form>>;

const address = (operand: Operand): Code => operandCode(operand, constants.i32);

// Makers of instructions. `constant` makes the code of a number among the operands.
const unary = (constant: Constant, operation: Code): Unary => (a) => [
  ...operandCode(a, constant),
  ...operation,
];
const binary = (constant: Constant, operation: Code, second = constant): Binary => (a, b) => [
  ...operandCode(a, constant),
  ...operandCode(b, second),
  ...operation,
];
/** `align` is the base-2 logarithm of the alignment that code hints at; any address works. */
const load = (align: number, operation: Code): Load => (at, offset = 0) => [
  ...address(at),
  ...operation,
  align,
  ...unsigned(offset),
];
const store =
  (constant: Constant, align: number, operation: Code): Store => (at, value, offset = 0) => [
    ...address(at),
    ...operandCode(value, constant),
    ...operation,
    align,
    ...unsigned(offset),
  ];

const i32Unary = (operation: number) => unary(constants.i32, [operation]);
const i32Binary = (operation: number) => binary(constants.i32, [operation]);

/**
 * Instructions on 32-bit integers. Names that end in S take the operands as signed, in U as
 * unsigned.
 *
 * @example Half of a number, taken as unsigned.
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Func, i32, instantiate } from "@spikeloop/expr/wasm";
 *
 * const fn = new Func("half", ["i32"], ["i32"]);
 * fn.emit(i32.shrU(fn.param(0), 1));
 * const { half } = instantiate([fn], new WebAssembly.Memory({ initial: 1 }));
 * assertEquals([half(6), half(-2)], [3, 2 ** 31 - 1]);
 * ```
 */
export const i32:
  & { const(value: number): Code }
  & Group<Unary, "eqz" | "ctz" | "popcnt">
  & Group<Binary, "eq" | "ltU" | "gtU" | "geU">
  & Group<Binary, "add" | "sub" | "mul" | "and" | "or" | "shl" | "shrS" | "shrU">
  & Group<Load, "load">
  & Group<Store, "store" | "store16"> = {
    const: constants.i32,
    load: load(2, [0x28]),
    store: store(constants.i32, 2, [0x36]),
    store16: store(constants.i32, 1, [0x3b]),
    eqz: i32Unary(0x45),
    eq: i32Binary(0x46),
    ltU: i32Binary(0x49),
    gtU: i32Binary(0x4b),
    geU: i32Binary(0x4f),
    ctz: i32Unary(0x68),
    popcnt: i32Unary(0x69),
    add: i32Binary(0x6a),
    sub: i32Binary(0x6b),
    mul: i32Binary(0x6c),
    and: i32Binary(0x71),
    or: i32Binary(0x72),
    shl: i32Binary(0x74),
    shrS: i32Binary(0x75),
    shrU: i32Binary(0x76),
  };

/**
 * Instructions on float32.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { f32, Func, instantiate } from "@spikeloop/expr/wasm";
 *
 * const fn = new Func("twice", ["f32"], ["f32"]);
 * fn.emit(f32.add(fn.param(0), fn.param(0)));
 * const { twice } = instantiate([fn], new WebAssembly.Memory({ initial: 1 }));
 * assertEquals(twice(0.75), 1.5);
 * ```
 */
export const f32:
  & { const(value: number): Code }
  & Group<Load, "load">
  & Group<Store, "store">
  & Group<Binary, "add"> = /* @__PURE__ */ table(() => ({
    const: constants.f32,
    load: load(2, [0x2a]),
    store: store(constants.f32, 2, [0x38]),
    add: binary(constants.f32, [0x92]),
  }));

const bits = (operation: number) => binary(constants.v128, simd(operation));

/**
 * Instructions on 128 bits, whatever they hold. Addresses need no alignment.
 *
 * @example Keep the numbers above 0.
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { f32x4, Func, instantiate, v128 } from "@spikeloop/expr/wasm";
 *
 * const fn = new Func("rectify", []);
 * const x = v128.load(0);
 * fn.emit(v128.store(0, v128.and(x, f32x4.lt(0, x))));
 * const memory = new WebAssembly.Memory({ initial: 1 });
 * const numbers = new Float32Array(memory.buffer, 0, 4);
 * numbers.set([-1, 2, -3, 4]);
 * instantiate([fn], memory).rectify();
 * assertEquals([...numbers], [0, 2, 0, 4]);
 * ```
 */
export const v128:
  & Group<Load, "load" | "load32Splat">
  & Group<Store, "store">
  & Group<Unary, "anyTrue">
  & Group<Binary, "and" | "andnot" | "or">
  & { bitselect(a: Operand, b: Operand, mask: Operand): Code } = {
    load: load(2, simd(0x00)),
    load32Splat: load(2, simd(0x09)),
    store: store(constants.v128, 2, simd(0x0b)),
    and: bits(0x4e),
    /** Bits of `a` where `b` is 0. */
    andnot: bits(0x4f),
    or: bits(0x50),
    /** Bits of `a` where `mask` is 1, of `b` where it is 0. */
    bitselect: (a: Operand, b: Operand, mask: Operand): Code => [
      ...operandCode(a, constants.v128),
      ...operandCode(b, constants.v128),
      ...operandCode(mask, constants.v128),
      ...simd(0x52),
    ],
    anyTrue: unary(constants.v128, simd(0x53)),
  };

/**
 * Sixteen bytes out of those of two vectors: bytes 0 to 15 are in `a`, 16 to 31 in `b`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Func, instantiate, shuffle, v128 } from "@spikeloop/expr/wasm";
 *
 * const fn = new Func("reverse", []);
 * const x = v128.load(0);
 * const order = Array.from({ length: 16 }, (_, i) => 15 - i);
 * fn.emit(v128.store(0, shuffle(x, x, order)));
 * const memory = new WebAssembly.Memory({ initial: 1 });
 * const bytes = new Uint8Array(memory.buffer, 0, 16);
 * bytes[0] = 7;
 * instantiate([fn], memory).reverse();
 * assertEquals([bytes[0], bytes[15]], [0, 7]);
 * ```
 */
export function shuffle(a: Operand, b: Operand, lanes: readonly number[]): Code {
  return [
    ...operandCode(a, constants.v128),
    ...operandCode(b, constants.v128),
    ...simd(0x0d),
    ...lanes,
  ];
}

/**
 * Sixteen bytes.
 *
 * @example Two times eight 16-bit integers as bytes.
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Func, i16x8, i32x4, i8x16, instantiate, v128 } from "@spikeloop/expr/wasm";
 *
 * const fn = new Func("narrow", []);
 * const words = i16x8.narrowI32x4S(i32x4.const(3, 500, -1, 0), 0);
 * fn.emit(v128.store(0, i8x16.narrowI16x8S(words, 0)));
 * const memory = new WebAssembly.Memory({ initial: 1 });
 * instantiate([fn], memory).narrow();
 * assertEquals([...new Int8Array(memory.buffer, 0, 4)], [3, 127, -1, 0]);
 * ```
 */
export const i8x16: Group<Binary, "narrowI16x8S" | "swizzle"> = /* @__PURE__ */ table(() => ({
  narrowI16x8S: bits(0x65),
  swizzle: bits(0x0e),
}));

/**
 * Eight 16-bit integers.
 *
 * @example Sixteen bits from four masks of lanes.
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { bitmask, Func, i16x8, i32x4, i8x16, instantiate } from "@spikeloop/expr/wasm";
 *
 * const fn = new Func("bits", [], ["i32"]);
 * const masks = i16x8.narrowI32x4S(i32x4.const(0, -1, 0, -1), 0);
 * fn.emit(bitmask.i8x16(i8x16.narrowI16x8S(masks, 0)));
 * const { bits } = instantiate([fn], new WebAssembly.Memory({ initial: 1 }));
 * assertEquals(bits(), 0b1010);
 * ```
 */
export const i16x8: Group<Binary, "narrowI32x4S"> = /* @__PURE__ */ table(() => ({
  narrowI32x4S: bits(0x85),
}));

const i32x4Constant: Constant = (value) => constant128(Int32Array.of(value));
const i32x4Binary = (operation: number) => binary(i32x4Constant, simd(operation));

/**
 * Four 32-bit integers.
 *
 * @example Which of four numbers are below 5, as bits.
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { bitmask, Func, i32x4, instantiate } from "@spikeloop/expr/wasm";
 *
 * const fn = new Func("belowFive", [], ["i32"]);
 * fn.emit(bitmask.i32x4(i32x4.sub(i32x4.const(1, 9, 3, 7), 5)));
 * const { belowFive } = instantiate([fn], new WebAssembly.Memory({ initial: 1 }));
 * assertEquals(belowFive(), 0b0101);
 * ```
 */
export const i32x4:
  & Group<Unary, "splat">
  & Group<Binary, "add" | "sub" | "mul">
  & { const(...lanes: readonly number[]): Code } = /* @__PURE__ */ table(() => ({
    /** One number for all lanes, or one for each. */
    const: (...lanes: readonly number[]): Code => constant128(Int32Array.from(lanes)),
    splat: unary(constants.i32, simd(0x11)),
    add: i32x4Binary(0xae),
    sub: i32x4Binary(0xb1),
    mul: i32x4Binary(0xb5),
  }));

/**
 * One bit per lane, its highest, the first lane's as the lowest.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { bitmask, Func, i32x4, instantiate } from "@spikeloop/expr/wasm";
 *
 * const fn = new Func("negative", [], ["i32"]);
 * fn.emit(bitmask.i32x4(i32x4.const(-1, 2, -3, 4)));
 * const { negative } = instantiate([fn], new WebAssembly.Memory({ initial: 1 }));
 * assertEquals(negative(), 0b0101);
 * ```
 */
export const bitmask: Group<Unary, "i8x16" | "i32x4"> = /* @__PURE__ */ table(() => ({
  i8x16: unary(constants.v128, simd(0x64)),
  i32x4: unary(i32x4Constant, simd(0xa4)),
}));

/**
 * One lane of a vector.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { extractLane, Func, i32x4, instantiate } from "@spikeloop/expr/wasm";
 *
 * const fn = new Func("second", [], ["i32"]);
 * fn.emit(extractLane.i32x4(i32x4.const(5, 6, 7, 8), 1));
 * const { second } = instantiate([fn], new WebAssembly.Memory({ initial: 1 }));
 * assertEquals(second(), 6);
 * ```
 */
export const extractLane: Group<ExtractLane, "i32x4" | "f32x4"> = /* @__PURE__ */ table(() => ({
  i32x4: (a, lane) => [...operandCode(a, i32x4Constant), ...simd(0x1b), lane],
  f32x4: (a, lane) => [...operandCode(a, constants.v128), ...simd(0x1f), lane],
}));

const laneInMemory =
  (align: number, operation: number): MemoryLane => (at, vector, lane, offset = 0) => [
    ...store(constants.v128, align, simd(operation))(at, vector, offset),
    lane,
  ];

/**
 * Reads one lane of a vector from memory, the others being those of the vector, or writes one.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Func, i32x4, instantiate, memoryLane } from "@spikeloop/expr/wasm";
 *
 * const fn = new Func("write", []);
 * fn.emit(memoryLane.store32(0, i32x4.const(5, 6, 7, 8), 2));
 * const memory = new WebAssembly.Memory({ initial: 1 });
 * instantiate([fn], memory).write();
 * assertEquals(new Int32Array(memory.buffer)[0], 7);
 * ```
 */
export const memoryLane: Group<MemoryLane, "store32" | "store64"> = /* @__PURE__ */ table(() => ({
  store32: laneInMemory(2, 0x5a),
  store64: laneInMemory(3, 0x5b),
}));

const i64x2Constant: Constant = (value) => constant128(BigInt64Array.of(BigInt(value)));
const i64x2Shift = (operation: number) => binary(i64x2Constant, simd(operation), constants.i32);
const i64x2Binary = (operation: number) => binary(i64x2Constant, simd(operation));

/**
 * Two 64-bit integers. Shifts take their distance as an i32.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { extractLane, Func, i64x2, instantiate } from "@spikeloop/expr/wasm";
 *
 * const fn = new Func("eightFold", [], ["i32"]);
 * fn.emit(extractLane.i32x4(i64x2.shl(i64x2.const(5n), 3), 0));
 * const { eightFold } = instantiate([fn], new WebAssembly.Memory({ initial: 1 }));
 * assertEquals(eightFold(), 40);
 * ```
 */
export const i64x2: Group<Binary, "shl" | "shrS" | "add" | "sub"> & {
  const(value: bigint): Code;
} = /* @__PURE__ */ table(() => ({
  const: (value: bigint): Code => constant128(BigInt64Array.of(value)),
  shl: i64x2Shift(0xcb),
  shrS: i64x2Shift(0xcc),
  add: i64x2Binary(0xce),
  sub: i64x2Binary(0xd1),
}));

const f32x4Unary = (operation: number) => unary(constants.v128, simd(operation));
const f32x4Binary = (operation: number) => binary(constants.v128, simd(operation));
const f64x2Constant: Constant = (value) => constant128(Float64Array.of(value));
const f64x2Unary = (operation: number) => unary(f64x2Constant, simd(operation));
const f64x2Binary = (operation: number) => binary(f64x2Constant, simd(operation));

/**
 * Four float32. A number among the operands is in all lanes.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { f32x4, Func, instantiate, v128 } from "@spikeloop/expr/wasm";
 *
 * const fn = new Func("halve", []);
 * fn.emit(v128.store(0, f32x4.mul(v128.load(0), 0.5)));
 * const memory = new WebAssembly.Memory({ initial: 1 });
 * const numbers = new Float32Array(memory.buffer, 0, 4);
 * numbers.set([1, 2, 3, 4]);
 * instantiate([fn], memory).halve();
 * assertEquals([...numbers], [0.5, 1, 1.5, 2]);
 * ```
 */
export const f32x4:
  & { const(value: number): Code }
  & Group<Unary, "floor" | "nearest" | "abs" | "neg" | "sqrt">
  & Group<Binary, "eq" | "ne" | "lt" | "le" | "ge">
  & Group<Binary, "add" | "sub" | "mul" | "div" | "min" | "max"> = {
    const: constants.v128,
    eq: f32x4Binary(0x41),
    ne: f32x4Binary(0x42),
    lt: f32x4Binary(0x43),
    le: f32x4Binary(0x45),
    ge: f32x4Binary(0x46),
    floor: f32x4Unary(0x68),
    nearest: f32x4Unary(0x6a),
    abs: f32x4Unary(0xe0),
    neg: f32x4Unary(0xe1),
    sqrt: f32x4Unary(0xe3),
    add: f32x4Binary(0xe4),
    sub: f32x4Binary(0xe5),
    mul: f32x4Binary(0xe6),
    div: f32x4Binary(0xe7),
    min: f32x4Binary(0xe8),
    max: f32x4Binary(0xe9),
  };

/**
 * Two float64. A number among the operands is in both lanes.
 *
 * @example The lower two of four float32, tripled in double.
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { f64x2, Func, instantiate, v128 } from "@spikeloop/expr/wasm";
 *
 * const fn = new Func("triple", []);
 * const tripled = f64x2.mul(f64x2.promoteLowF32x4(v128.load(0)), 3);
 * fn.emit(v128.store(0, f64x2.demoteZero(tripled)));
 * const memory = new WebAssembly.Memory({ initial: 1 });
 * const numbers = new Float32Array(memory.buffer, 0, 4);
 * numbers.set([1, 2, 3, 4]);
 * instantiate([fn], memory).triple();
 * assertEquals([...numbers], [3, 6, 0, 0]);
 * ```
 */
export const f64x2:
  & { const(value: number): Code }
  & Group<Unary, "promoteLowF32x4" | "demoteZero" | "floor" | "nearest" | "abs" | "neg">
  & Group<Binary, "eq" | "lt" | "add" | "sub" | "mul" | "div" | "pmin" | "pmax"> =
    /* @__PURE__ */ table(() => ({
      const: f64x2Constant,
      eq: f64x2Binary(0x47),
      lt: f64x2Binary(0x49),
      promoteLowF32x4: f32x4Unary(0x5f),
      /** WebAssembly's `f32x4.demote_f64x2_zero`. */
      demoteZero: f64x2Unary(0x5e),
      floor: f64x2Unary(0x75),
      nearest: f64x2Unary(0x94),
      abs: f64x2Unary(0xec),
      neg: f64x2Unary(0xed),
      add: f64x2Binary(0xf0),
      sub: f64x2Binary(0xf1),
      mul: f64x2Binary(0xf2),
      div: f64x2Binary(0xf3),
      pmin: f64x2Binary(0xf6),
      pmax: f64x2Binary(0xf7),
    }));

/**
 * Instructions on ranges of memory.
 *
 * @example Clear two bytes.
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Func, instantiate, memory } from "@spikeloop/expr/wasm";
 *
 * const fn = new Func("clear", ["i32", "i32"]);
 * fn.emit(memory.fill(fn.param(0), 0, fn.param(1)));
 * const page = new WebAssembly.Memory({ initial: 1 });
 * const bytes = new Uint8Array(page.buffer, 0, 4).fill(9);
 * instantiate([fn], page).clear(1, 2);
 * assertEquals([...bytes], [9, 0, 0, 9]);
 * ```
 */
export const memory: {
  /** Copies bytes; the ranges may overlap. */
  copy(to: Operand, from: Operand, bytes: Operand): Code;
  /** Fills bytes with a byte. */
  fill(at: Operand, value: Operand, bytes: Operand): Code;
} = {
  copy: (to: Operand, from: Operand, bytes: Operand): Code => [
    ...[to, from, bytes].flatMap(address),
    ...[0xfc, 0x0a, 0, 0],
  ],
  fill: (at: Operand, value: Operand, bytes: Operand): Code => [
    ...[at, value, bytes].flatMap(address),
    ...[0xfc, 0x0b, 0],
  ],
};
