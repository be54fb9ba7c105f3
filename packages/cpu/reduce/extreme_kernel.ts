import { type Code, f32x4, Func, i32, i32x4, v128 } from "@spikeloop/expr/wasm";
import type { ExtremeOp } from "@spikeloop/backend";

/**
 * <op>(source, outer, axis, inner, result): the extreme numbers along the middle axis of [outer, axis, inner], or their
 * places. The first of equals wins; the first NaN wins over numbers. It writes whole vectors.
 */
export function extremeKernel(op: ExtremeOp): Func {
  const fn = new Func(op, ["i32", "i32", "i32", "i32", "i32"]);
  const [source, outer, axis, inner, result] = [0, 1, 2, 3, 4].map((i) => fn.param(i));
  const [o, column, place, at, stride] = fn.localArray("i32", 5);
  const [best, bestPlace, x, better] = fn.localArray("v128", 4);
  const beyond = op.endsWith("max") ? f32x4.gt : f32x4.lt;
  const isNaN = (v: Code) => f32x4.ne(v, v);
  const found = op.startsWith("arg") ? f32x4.convertI32x4S(bestPlace.get) : best.get;
  const bytes = (count: Code) => i32.shl(count, i32.const(2));
  fn.emit(
    stride.set(bytes(inner.get)),
    fn.loop(o, 0, outer.get, 1, [
      fn.loop(column, 0, inner.get, 4, [
        at.set(i32.add(source.get, bytes(column.get))),
        best.set(v128.load(at.get)),
        bestPlace.set(i32x4.const(0, 0, 0, 0)),
        fn.loop(place, 1, axis.get, 1, [
          at.set(i32.add(at.get, stride.get)),
          x.set(v128.load(at.get)),
          better.set(
            v128.or(beyond(x.get, best.get), v128.andnot(isNaN(x.get), isNaN(best.get))),
          ),
          best.set(v128.bitselect(x.get, best.get, better.get)),
          bestPlace.set(v128.bitselect(i32x4.splat(place.get), bestPlace.get, better.get)),
        ]),
        v128.store(i32.add(result.get, bytes(column.get)), found),
      ]),
      source.set(i32.add(source.get, i32.mul(axis.get, stride.get))),
      result.set(i32.add(result.get, stride.get)),
    ]),
  );
  return fn;
}
