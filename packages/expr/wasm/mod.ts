/**
 * A small assembler of WebAssembly with 128-bit SIMD, and the printer of expressions into it. For those who write
 * loop skeletons; users of the library need none of it.
 *
 * @module
 */
export { type Code, sequence, type ValueType } from "./code.ts";
export { block, br, brIf, call, choose, drop, leave, repeat, when } from "./control.ts";
export type {
  ExtractLane,
  Group,
  Load,
  MemoryLane,
  One,
  ReplaceLane,
  Store,
  Two,
} from "./instructions/forms.ts";
export { i32 } from "./instructions/i32.ts";
export { i64 } from "./instructions/i64.ts";
export { f32 } from "./instructions/f32.ts";
export { f64 } from "./instructions/f64.ts";
export type { FloatInstructions } from "./instructions/float_instructions.ts";
export { i16x8 } from "./instructions/i16x8.ts";
export { i8x16 } from "./instructions/i8x16.ts";
export { v128 } from "./instructions/v128.ts";
export { i32x4 } from "./instructions/i32x4.ts";
export { i64x2 } from "./instructions/i64x2.ts";
export { f32x4 } from "./instructions/f32x4.ts";
export { f64x2 } from "./instructions/f64x2.ts";
export type { FloatLanes } from "./instructions/float_lanes.ts";
export { memory } from "./instructions/memory.ts";
export { Func, Local } from "./func.ts";
export { type PrintedSimd, printSimd } from "./printer.ts";
export {
  instantiate,
  type MemoryType,
  moduleBytes,
  simdSupported,
  type WasmFunction,
} from "./module.ts";
