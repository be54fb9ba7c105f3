import { f32x4, Func, i32, v128 } from "@spikeloop/expr/wasm";

/** addRow(at, stride, rows, bytes, row): adds `row` to each of `rows` rows. Computes whole vectors, row after row. */
export function addRowKernel(): Func {
  const fn = new Func("addRow", ["i32", "i32", "i32", "i32", "i32"]);
  const [at, stride, rows, bytes, row] = [0, 1, 2, 3, 4].map((i) => fn.param(i));
  const [r, i, to] = fn.localArray("i32", 3);
  fn.emit(fn.loop(r, 0, rows.get, 1, [
    fn.loop(i, 0, bytes.get, 16, [
      to.set(i32.add(at.get, i.get)),
      v128.store(to.get, f32x4.add(v128.load(to.get), v128.load(i32.add(row.get, i.get)))),
    ]),
    at.set(i32.add(at.get, stride.get)),
  ]));
  return fn;
}
