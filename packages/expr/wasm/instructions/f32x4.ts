import { type Code, float32Bytes } from "../code.ts";
import { extractLane, type Group, type One, one128, replaceLane, two128 } from "./forms.ts";
import { v128 } from "./v128.ts";
import type { FloatLanes } from "./float_lanes.ts";

/**
 * Four float32. `const` gives one number to all lanes.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { f32x4, Func, i32, instantiate, v128 } from "@spikeloop/expr/wasm";
 *
 * const fn = new Func("decay", ["f32"]);
 * const at = i32.const(0);
 * fn.emit(v128.store(at, f32x4.mul(v128.load(at), f32x4.splat(fn.param(0).get))));
 * const memory = new WebAssembly.Memory({ initial: 1 });
 * const numbers = new Float32Array(memory.buffer, 0, 4);
 * numbers.set([1, 2, 3, 4]);
 * instantiate([fn], memory).decay(0.5);
 * assertEquals([...numbers], [0.5, 1, 1.5, 2]);
 * ```
 */
export const f32x4: FloatLanes & Group<One, "demoteF64x2Zero" | "convertI32x4S" | "convertI32x4U"> =
  {
    const: (value: number): Code => {
      const bytes = float32Bytes(value);
      return v128.const([...bytes, ...bytes, ...bytes, ...bytes]);
    },
    splat: one128(0x13),
    extractLane: extractLane(0x1f),
    replaceLane: replaceLane(0x20),
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
    convertI32x4U: one128(0xfb),
  };
