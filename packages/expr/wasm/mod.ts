/**
 * A small assembler of WebAssembly with 128-bit SIMD, and the printer of expressions into it.
 *
 * Unstable, and for backends only: it holds the instructions that the kernels of this library use,
 * and changes with them. Users of the library need none of it.
 *
 * @module
 */
export {
  type Body,
  type Code,
  Local,
  type Operand,
  sequence,
  times,
  type ValueType,
} from "./code.ts";
export { block, br, brIf, call, repeat, when } from "./control.ts";
export { Func } from "./func.ts";
export { packMasks, storeLanes, transposeLanes } from "./lanes.ts";
export {
  type Binary,
  bitmask,
  type ExtractLane,
  extractLane,
  f32,
  f32x4,
  f64x2,
  type Group,
  i16x8,
  i32,
  i32x4,
  i64x2,
  i8x16,
  type Load,
  memory,
  type MemoryLane,
  memoryLane,
  shuffle,
  type Store,
  type Unary,
  v128,
} from "./instructions.ts";
export { ArgumentBlock, type ByWord, callNamed, namedFunc, type Words } from "./named.ts";
export { type PrintedSimd, printSimd } from "./printer.ts";
export {
  instantiate,
  type MemoryType,
  moduleBytes,
  simdSupported,
  type WasmFunction,
} from "./module.ts";
