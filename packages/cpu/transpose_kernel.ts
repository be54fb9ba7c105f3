import { Func, i32, sequence, v128, when } from "@spikeloop/expr/wasm";
import { transposeLanes } from "./transpose_lanes.ts";

/**
 * transpose(source, sourceStride, rows, columns, target, targetStride): target[c][r] = source[r][c], strides in bytes.
 * It writes whole vectors: a target row must have room for `rows` rounded up to 4.
 */
export function transposeKernel(): Func {
  const fn = new Func("transpose", ["i32", "i32", "i32", "i32", "i32", "i32"]);
  const [source, sourceStride, rows, columns, target, targetStride] = [0, 1, 2, 3, 4, 5].map((i) =>
    fn.param(i)
  );
  const [column, row, from, to, rest] = fn.localArray("i32", 5);
  const v = fn.localArray("v128", 4);
  const w = fn.localArray("v128", 4);
  fn.emit(fn.loop(column, 0, columns.get, 4, [
    rest.set(i32.sub(columns.get, column.get)),
    fn.loop(row, 0, rows.get, 4, [
      from.set(
        i32.add(
          i32.add(source.get, i32.shl(column.get, i32.const(2))),
          i32.mul(row.get, sourceStride.get),
        ),
      ),
      ...v.flatMap((x) => [
        x.set(v128.load(from.get)),
        from.set(i32.add(from.get, sourceStride.get)),
      ]),
      transposeLanes(v, w),
      to.set(
        i32.add(
          i32.add(target.get, i32.shl(row.get, i32.const(2))),
          i32.mul(column.get, targetStride.get),
        ),
      ),
      v128.store(to.get, v[0].get),
      ...[1, 2, 3].map((i) =>
        when(
          i32.gtU(rest.get, i32.const(i)),
          sequence(to.set(i32.add(to.get, targetStride.get)), v128.store(to.get, v[i].get)),
        )
      ),
    ]),
  ]));
  return fn;
}
