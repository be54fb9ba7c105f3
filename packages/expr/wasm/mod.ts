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
export { i32, i64 } from "./instructions/integers.ts";
export { f32, f64, type FloatInstructions } from "./instructions/floats.ts";
export { i16x8, i8x16, v128 } from "./instructions/vector.ts";
export { i32x4, i64x2 } from "./instructions/integer_lanes.ts";
export { f32x4, f64x2, type FloatLanes } from "./instructions/float_lanes.ts";
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
