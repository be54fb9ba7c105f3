import {
  Func,
  i32,
  instantiate,
  transposeLanes,
  v128,
  type WasmFunction,
  when,
} from "@spikeloop/expr/wasm";

/**
 * transpose(source, sourceStride, rows, columns, target, targetStride): target[c][r] =
 * source[r][c]. Strides are in bytes. It writes whole vectors: a target row must have room for
 * `rows` rounded up to 4.
 */
export function transposeKernel(): Func {
  const fn = new Func("transpose", 6);
  const [source, sourceStride, rows, columns, target, targetStride] = fn.params;
  const [column, row, from, to, rest] = fn.localArray("i32", 5);
  const [v, w] = [fn.localArray("v128", 4), fn.localArray("v128", 4)];
  return fn.emit(fn.loop(column, 0, columns, 4, [
    rest.set(i32.sub(columns, column)),
    fn.loop(row, 0, rows, 4, [
      from.set(i32.add(i32.add(source, i32.shl(column, 2)), i32.mul(row, sourceStride))),
      ...v.flatMap((x) => [x.set(v128.load(from)), from.increment(sourceStride)]),
      transposeLanes(v, w),
      to.set(i32.add(i32.add(target, i32.shl(row, 2)), i32.mul(column, targetStride))),
      v128.store(to, v[0]),
      ...[1, 2, 3].map((i) =>
        when(i32.gtU(rest, i), [to.increment(targetStride), v128.store(to, v[i])])
      ),
    ]),
  ]));
}
