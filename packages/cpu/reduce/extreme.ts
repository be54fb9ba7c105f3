import {
  f32x4,
  Func,
  i32,
  i32x4,
  instantiate,
  type Operand,
  v128,
  type WasmFunction,
} from "@spikeloop/expr/wasm";
import type { ExtremeOp, Storage } from "@spikeloop/backend";
import { allocate } from "../allocate.ts";
import { borrow } from "../source.ts";
import { staging } from "../staging.ts";
import { blockLength, reduceBlocks } from "./blocks.ts";

/**
 * <op>(source, outer, axis, inner, result): the extreme numbers along the middle axis of
 * [outer, axis, inner], or their places. The first of equals wins; the first NaN wins over numbers.
 * It writes whole vectors.
 */
function extremeKernel(op: ExtremeOp): Func {
  const fn = new Func(op, 5);
  const [source, outer, axis, inner, result] = fn.params;
  const [o, column, place, at, stride] = fn.localArray("i32", 5);
  const [best, bestPlace, x, better] = fn.localArray("v128", 4);
  const beyond = op.endsWith("max") ? f32x4.gt : f32x4.lt;
  const isNaN = (v: Operand) => f32x4.ne(v, v);
  const bytes = (count: Operand) => i32.shl(count, 2);
  return fn.emit(
    stride.set(bytes(inner)),
    fn.loop(o, 0, outer, 1, [
      fn.loop(column, 0, inner, 4, [
        at.set(i32.add(source, bytes(column))),
        best.set(v128.load(at)),
        bestPlace.set(0),
        fn.loop(place, 1, axis, 1, [
          at.increment(stride),
          x.set(v128.load(at)),
          better.set(v128.or(beyond(x, best), v128.andnot(isNaN(x), isNaN(best)))),
          best.set(v128.bitselect(x, best, better)),
          bestPlace.set(v128.bitselect(i32x4.splat(place), bestPlace, better)),
        ]),
        v128.store(
          i32.add(result, bytes(column)),
          op.startsWith("arg") ? f32x4.convertI32x4S(bestPlace) : best,
        ),
      ]),
      source.increment(i32.mul(axis, stride)),
      result.increment(stride),
    ]),
  );
}

let kernels: Readonly<Record<string, WasmFunction>> | undefined;

/** Whether lanes have work side by side: along neighbours they have none. */
export function suitsLanes(axis: number, inner: number): boolean {
  return inner >= 4 && axis * inner <= blockLength;
}

/** Extremes along the middle axis of [outer, axis, inner], or their places: see `suitsLanes`. */
export function cpuExtreme(
  op: ExtremeOp,
  storage: Storage,
  outer: number,
  axis: number,
  inner: number,
): Float32Array {
  kernels ??= instantiate(
    (["max", "min", "argmax", "argmin"] as const).map(extremeKernel),
    staging().memory,
  );
  const result = allocate(outer * inner);
  reduceBlocks(borrow(storage), 0, outer, axis, inner, result, 0, kernels[op]);
  return result;
}
