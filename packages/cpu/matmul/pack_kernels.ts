// Kernels that bring the factors of a matrix product into the form that the product's kernels read.
import { block, brIf, f32x4, Func, i32, i32x4, repeat, v128 } from "@spikeloop/expr/wasm";
import { tables } from "../scratch.ts";

/** Columns of a panel. The right factor is packed as panels [k, 16], one after another. */
export const panelWidth = 16;

/** pack(source, stride, k, n, panels): a row-major [k, n] with `stride` bytes per row, into panels. */
export function packKernel(): Func {
  const fn = new Func("pack", ["i32", "i32", "i32", "i32", "i32"]);
  const [source, stride, k, n, panels] = [0, 1, 2, 3, 4].map((i) => fn.param(i));
  const [column, row, from] = fn.localArray("i32", 3);
  fn.emit(fn.loop(column, 0, n.get, panelWidth, [
    from.set(i32.add(source.get, i32.shl(column.get, i32.const(2)))),
    fn.loop(row, 0, k.get, 1, [
      ...[0, 16, 32, 48].map((at) => v128.store(panels.get, v128.load(from.get, at), at)),
      from.set(i32.add(from.get, stride.get)),
      panels.increment(64),
    ]),
  ]));
  return fn;
}

/** nonzeros(at, bytes): how many numbers are not 0. Counts whole vectors. */
export function nonzerosKernel(): Func {
  const fn = new Func("nonzeros", ["i32", "i32"], ["i32"]);
  const at = fn.local("i32");
  const total = fn.local("v128");
  const hit = f32x4.ne(v128.load(at.get), f32x4.const(0));
  fn.emit(
    fn.loop(at, fn.param(0).get, i32.add(fn.param(0).get, fn.param(1).get), 16, [
      total.set(i32x4.sub(total.get, hit)),
    ]),
    [0, 1, 2, 3].map((lane) => i32x4.extractLane(total.get, lane)).reduce((a, b) => i32.add(a, b)),
  );
  return fn;
}

/** finite(at, bytes): 1 where no number is infinite or NaN. Looks at whole vectors. */
export function finiteKernel(): Func {
  const fn = new Func("finite", ["i32", "i32"], ["i32"]);
  const at = fn.local("i32");
  const [x, bad] = fn.localArray("v128", 2);
  fn.emit(
    fn.loop(at, fn.param(0).get, i32.add(fn.param(0).get, fn.param(1).get), 16, [
      x.set(v128.load(at.get)),
      bad.set(v128.or(bad.get, f32x4.ne(f32x4.sub(x.get, x.get), f32x4.const(0)))),
    ]),
    i32.eqz(v128.anyTrue(bad.get)),
  );
  return fn;
}

/**
 * compress(source, stride, rows, k, lists, listStride, counts): for every row of [rows, k] the list of 4 · l for
 * every l whose number is not 0, ascending, and its length.
 */
export function compressKernel(): Func {
  const fn = new Func("compress", ["i32", "i32", "i32", "i32", "i32", "i32", "i32"]);
  const [source, stride, rows, k, lists, listStride, counts] = [0, 1, 2, 3, 4, 5, 6]
    .map((i) => fn.param(i));
  const [row, at, to, mask, end] = fn.localArray("i32", 5);
  const base = fn.local("v128");
  fn.emit(fn.loop(row, 0, rows.get, 1, [
    base.set(i32x4.const(0, 0, 0, 0)),
    to.set(lists.get),
    end.set(i32.add(source.get, i32.shl(k.get, i32.const(2)))),
    fn.loop(at, source.get, end.get, 16, [
      mask.set(i32x4.bitmask(f32x4.ne(v128.load(at.get), f32x4.const(0)))),
      v128.store(
        to.get,
        i32x4.add(
          base.get,
          v128.load(i32.shl(mask.get, i32.const(4)), 4 * tables.lanes),
        ),
      ),
      to.set(i32.add(to.get, i32.shl(i32.popcnt(mask.get), i32.const(2)))),
      base.set(i32x4.add(base.get, i32x4.const(16, 16, 16, 16))),
    ]),
    // The last vector may reach past the row.
    block(
      repeat(
        brIf(i32.eq(to.get, lists.get), 1),
        brIf(i32.ltU(i32.load(i32.sub(to.get, i32.const(4))), i32.shl(k.get, i32.const(2))), 1),
        to.increment(-4),
        [0x0c, 0],
      ),
    ),
    i32.store(counts.get, i32.shrU(i32.sub(to.get, lists.get), i32.const(2))),
    counts.increment(4),
    lists.set(i32.add(lists.get, listStride.get)),
    source.set(i32.add(source.get, stride.get)),
  ]));
  return fn;
}
