import { type Code, float32Bytes, float64Bytes } from "../code.ts";
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

/** What float32 and float64 share. `min` and `max` give NaN if an operand is, and take -0 for less than 0. */
export type FloatInstructions =
  & Group<One, "abs" | "neg" | "ceil" | "floor" | "trunc" | "nearest" | "sqrt">
  & Group<One, "convertI32S" | "convertI32U">
  & Group<Two, "eq" | "ne" | "lt" | "gt" | "le" | "ge">
  & Group<Two, "add" | "sub" | "mul" | "div" | "min" | "max" | "copysign">
  & Group<Load, "load">
  & Group<Store, "store">
  & { const(value: number): Code };

/**
 * Instructions on float32.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { f32, Func, instantiate } from "@spikeloop/expr/wasm";
 *
 * const fn = new Func("norm", ["f32", "f32"], ["f32"]);
 * const [x, y] = [fn.param(0).get, fn.param(1).get];
 * fn.emit(f32.sqrt(f32.add(f32.mul(x, x), f32.mul(y, y))));
 * const { norm } = instantiate([fn], new WebAssembly.Memory({ initial: 1 }));
 * assertEquals(norm(3, 4), 5);
 * ```
 */
export const f32: FloatInstructions & Group<One, "demoteF64" | "reinterpretI32"> = {
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
  ceil: one(0x8d),
  floor: one(0x8e),
  trunc: one(0x8f),
  nearest: one(0x90),
  sqrt: one(0x91),
  add: two(0x92),
  sub: two(0x93),
  mul: two(0x94),
  div: two(0x95),
  min: two(0x96),
  max: two(0x97),
  copysign: two(0x98),
  convertI32S: one(0xb2),
  convertI32U: one(0xb3),
  demoteF64: one(0xb6),
  reinterpretI32: one(0xbe),
};

/**
 * Instructions on float64.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { f64, Func, instantiate } from "@spikeloop/expr/wasm";
 *
 * const fn = new Func("fraction", ["f64"], ["f64"]);
 * const x = fn.param(0).get;
 * fn.emit(f64.sub(x, f64.floor(x)));
 * const { fraction } = instantiate([fn], new WebAssembly.Memory({ initial: 1 }));
 * assertEquals(fraction(-2.25), 0.75);
 * ```
 */
export const f64: FloatInstructions & Group<One, "promoteF32"> = {
  const: (value: number): Code => [0x44, ...float64Bytes(value)],
  load: load(3, 0x2b),
  store: store(3, 0x39),
  eq: two(0x61),
  ne: two(0x62),
  lt: two(0x63),
  gt: two(0x64),
  le: two(0x65),
  ge: two(0x66),
  abs: one(0x99),
  neg: one(0x9a),
  ceil: one(0x9b),
  floor: one(0x9c),
  trunc: one(0x9d),
  nearest: one(0x9e),
  sqrt: one(0x9f),
  add: two(0xa0),
  sub: two(0xa1),
  mul: two(0xa2),
  div: two(0xa3),
  min: two(0xa4),
  max: two(0xa5),
  copysign: two(0xa6),
  convertI32S: one(0xb7),
  convertI32U: one(0xb8),
  promoteF32: one(0xbb),
};
