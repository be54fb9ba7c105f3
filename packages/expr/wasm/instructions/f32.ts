import { type Code, float32Bytes } from "../code.ts";
import { type Group, load, type One, one, store, two } from "./forms.ts";
import type { FloatInstructions } from "./float_instructions.ts";

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
