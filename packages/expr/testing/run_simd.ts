import type { Expr } from "../mod.ts";
import { Func, instantiate, printSimd, v128 } from "../wasm/mod.ts";

const memory = new WebAssembly.Memory({ initial: 1 });
const numbers = new Float32Array(memory.buffer);

/**
 * Compiles expressions to SIMD; the function evaluates them on four rows of inputs at once,
 * [root][lane].
 */
export function compileSimd(
  roots: readonly Expr[],
  names: readonly string[],
): (rows: number[][]) => number[][] {
  const fn = new Func("run", []);
  const slots = names.map(() => fn.local("v128"));
  const { code, values } = printSimd(fn, roots, (name) => slots[names.indexOf(name)].get);
  slots.forEach((slot, i) => fn.emit(slot.set(v128.load(16 * i))));
  fn.emit(code);
  values.forEach((value, i) => fn.emit(v128.store(16 * (names.length + i), value)));
  const { run } = instantiate([fn], memory);
  return (rows) => {
    names.forEach((_, i) => rows.forEach((row, lane) => numbers[4 * i + lane] = row[i]));
    run();
    return roots.map((_, i) => [0, 1, 2, 3].map((lane) => numbers[4 * (names.length + i) + lane]));
  };
}
