import { type Code, Func, instantiate, type ValueType } from "../wasm/mod.ts";

const memory = new WebAssembly.Memory({ initial: 1 });

/** A page that code under test works on. */
export const page: DataView<ArrayBuffer> = new DataView(memory.buffer as ArrayBuffer);

/** Runs code, whose value of type `result` is given back. */
export function runCode(code: Code, result: "i32" | "f32" | "f64"): number {
  return compileCode(() => code, [], result)();
}

/** Compiles code over parameters. */
export function compileCode(
  code: (...params: Code[]) => Code,
  params: readonly ValueType[],
  result?: ValueType,
): (...args: number[]) => number {
  const fn = new Func("run", params, result === undefined ? [] : [result]);
  fn.emit(code(...params.map((_, i) => fn.param(i).get)));
  return instantiate([fn], memory).run;
}
