// Code that makes one number of a unit's numbers at all time steps.
import * as e from "@spikeloop/expr";
import { f32x4, v128 } from "@spikeloop/expr/wasm";
import type { ReadOutMode } from "@spikeloop/functional";
import { computeCode } from "./map_code.ts";
import { align, type Numbers, type RowCode } from "./row_code.ts";

/** Folds the steps of every unit into one number. */
function foldCode(
  code: RowCode,
  x: Numbers,
  start: number,
  next: (result: e.Expr, x: e.Expr) => e.Expr,
): Numbers {
  const { fn, at, phases } = code;
  const { units } = x;
  const result = code.allocate(units);
  const fill = v128.store(at, f32x4.const(start), result);
  phases.before.push(fn.loop(at, 0, 4 * align(units, 4), 16, fill));
  const formula = next(e.input("result"), e.input("x"));
  const addresses = { result, x: x.address };
  const numbers = computeCode(code, formula, addresses, { units, phase: "each" }, result);
  return { ...numbers, phase: "after" };
}

/** The first of the extreme numbers, or NaN if one is. */
function extremeCode(
  code: RowCode,
  x: Numbers,
  start: number,
  isBeyond: (a: e.Expr, b: e.Expr) => e.Expr,
): Numbers {
  return foldCode(
    code,
    x,
    start,
    (most, x) => e.select(isBeyond(x, most), x, e.select(e.equal(x, x), most, x)),
  );
}

/** Reads units out over all time steps. */
export function readOutCode(code: RowCode, x: Numbers, mode: ReadOutMode): Numbers {
  if (mode === "last") return { ...x, list: undefined, phase: "after" };
  if (mode === "sum" || mode === "mean") {
    const total = foldCode(code, x, 0, e.add);
    if (mode === "sum") return total;
    return computeCode(code, e.div(e.input("x"), code.steps), { x: total.address }, total);
  }
  const high = extremeCode(code, x, -Infinity, e.greater);
  if (mode === "max") return high;
  const low = extremeCode(code, x, Infinity, e.less);
  const [top, bottom] = [e.input("high"), e.input("low")];
  const larger = e.select(e.greater(e.abs(top), e.abs(bottom)), top, bottom);
  return computeCode(code, larger, { high: high.address, low: low.address }, high);
}
