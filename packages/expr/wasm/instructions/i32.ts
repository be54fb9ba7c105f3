import { type Code, signed } from "../code.ts";
import {
  type Group,
  type Load,
  load,
  type One,
  one,
  type Store,
  store,
  type Two,
  two,
} from "./forms.ts";

/**
 * Instructions on 32-bit integers. Names that end in S take the operands as signed, in U as unsigned.
 *
 * @example Half of a number, taken as unsigned.
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Func, i32, instantiate } from "@spikeloop/expr/wasm";
 *
 * const fn = new Func("half", ["i32"], ["i32"]);
 * fn.emit(i32.shrU(fn.param(0).get, i32.const(1)));
 * const { half } = instantiate([fn], new WebAssembly.Memory({ initial: 1 }));
 * assertEquals([half(6), half(-2)], [3, 2 ** 31 - 1]);
 * ```
 */
export const i32:
  & Group<
    One,
    | "eqz"
    | "clz"
    | "ctz"
    | "popcnt"
    | "wrapI64"
    | "reinterpretF32"
    | "truncSatF32S"
    | "truncSatF32U"
    | "truncSatF64S"
    | "truncSatF64U"
  >
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
    | "divS"
    | "divU"
    | "remS"
    | "remU"
    | "and"
    | "or"
    | "xor"
    | "shl"
    | "shrS"
    | "shrU"
    | "rotl"
    | "rotr"
  >
  & Group<Load, "load" | "load8S" | "load8U" | "load16S" | "load16U">
  & Group<Store, "store" | "store8" | "store16">
  & Group<Load, "atomicLoad">
  & Group<
    Store,
    "atomicStore" | "atomicAdd" | "atomicSub" | "atomicAnd" | "atomicOr" | "atomicExchange"
  >
  & {
    const(value: number): Code;
    atomicCompareExchange(address: Code, expected: Code, value: Code, offset?: number): Code;
  } = {
    const: (value: number): Code => [0x41, ...signed(value)],
    load: load(2, 0x28),
    load8S: load(0, 0x2c),
    load8U: load(0, 0x2d),
    load16S: load(1, 0x2e),
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
    divS: two(0x6d),
    divU: two(0x6e),
    remS: two(0x6f),
    remU: two(0x70),
    and: two(0x71),
    or: two(0x72),
    xor: two(0x73),
    shl: two(0x74),
    shrS: two(0x75),
    shrU: two(0x76),
    rotl: two(0x77),
    rotr: two(0x78),
    wrapI64: one(0xa7),
    reinterpretF32: one(0xbc),
    truncSatF32S: one(0xfc, 0x00),
    truncSatF32U: one(0xfc, 0x01),
    truncSatF64S: one(0xfc, 0x02),
    truncSatF64U: one(0xfc, 0x03),
    atomicLoad: load(2, 0xfe, 0x10),
    atomicStore: store(2, 0xfe, 0x17),
    // These give the number that was there before.
    atomicAdd: store(2, 0xfe, 0x1e),
    atomicSub: store(2, 0xfe, 0x25),
    atomicAnd: store(2, 0xfe, 0x2c),
    atomicOr: store(2, 0xfe, 0x33),
    atomicExchange: store(2, 0xfe, 0x41),
    atomicCompareExchange: (address: Code, expected: Code, value: Code, offset = 0): Code =>
      store(2, 0xfe, 0x48)([...address, ...expected], value, offset),
  };
