/**
 * A small assembler of WebAssembly with 128-bit SIMD, and the printer of expressions into it. For those who write
 * loop skeletons; users of the library need none of it.
 *
 * @module
 */
export {
  block,
  br,
  brIf,
  call,
  choose,
  type Code,
  drop,
  leave,
  repeat,
  sequence,
  type ValueType,
  when,
} from "./code.ts";
export {
  f32,
  f32x4,
  f64,
  f64x2,
  type Group,
  i32,
  i32x4,
  i64x2,
  i8x16,
  type Load,
  memory,
  type One,
  type Store,
  type Two,
  v128,
} from "./instructions.ts";
export { Func, Local } from "./func.ts";
export { type PrintedSimd, printSimd } from "./printer.ts";
export {
  instantiate,
  type MemoryType,
  moduleBytes,
  simdSupported,
  type WasmFunction,
} from "./module.ts";
