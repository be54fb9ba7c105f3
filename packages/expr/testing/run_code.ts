import { type Code, Func, instantiate, type Local, type ValueType } from "../wasm/mod.ts";

const memory = new WebAssembly.Memory({ initial: 1 });

/** A page that code under test works on. */
export const page: DataView<ArrayBuffer> = new DataView(memory.buffer as ArrayBuffer);

/** Runs code and returns its value, which is of type `result`. */
export function runCode(code: Code, result: "i32" | "f32"): number {
  return compileCode(() => code, [], result)();
}

/** Compiles code over parameters. */
export function compileCode(
  code: (...params: Local[]) => Code,
  params: readonly ValueType[],
  result?: ValueType,
): (...args: number[]) => number {
  const fn = new Func("run", params, result === undefined ? [] : [result]);
  fn.emit(code(...params.map((_, i) => fn.param(i))));
  return instantiate([fn], memory).run;
}
