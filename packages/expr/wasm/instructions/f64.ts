import { type Code, float64Bytes } from "../code.ts";
import { type Group, load, type One, one, store, two } from "./forms.ts";
import type { FloatInstructions } from "./float_instructions.ts";

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
