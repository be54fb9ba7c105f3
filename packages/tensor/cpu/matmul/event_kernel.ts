import { type Code, f32x4, Func, i32, v128 } from "@spikeloop/expr/wasm";
import { panelWidth } from "./pack_kernels.ts";
import { columnStart, startRow, storeRow } from "./tile.ts";

/**
 * name(lists, listStride, counts, a, aStride, rows, b, columnStep, rowStep, k, n, c, cStride, resume): the product of one
 * block from lists of where A is not 0 (see `compress`). Per such place it adds a row of B, times A's number unless all
 * of them are 1 (`binary`). The sum runs over k in ascending order, so that it has the bits of the full product's
 * wherever B is finite.
 */
export function eventKernel(name: string, binary: boolean): Func {
  const fn = new Func(name, new Array(14).fill("i32"));
  const [
    lists,
    listStride,
    counts,
    a,
    aStride,
    rows,
    b,
    columnStep,
    rowStep,
    ,
    n,
    c,
    cStride,
    resume,
  ] = Array.from(
    { length: 14 },
    (_, i) => fn.param(i),
  );
  const [column, row, list, at, end, place, bStart, bAt, cAt, aAt, i, from, scale] = fn.localArray(
    "i32",
    13,
  );
  const sum = fn.localArray("v128", panelWidth / 4);
  const factor = fn.local("v128");

  const event: Code[] = [
    place.set(i32.load(at.get)),
    bAt.set(i32.add(bStart.get, i32.mul(place.get, scale.get))),
    ...binary ? [] : [factor.set(v128.load32Splat(i32.add(aAt.get, place.get)))],
    ...sum.map((v, q) => {
      const term = v128.load(bAt.get, 16 * q);
      return v.set(f32x4.add(v.get, binary ? term : f32x4.mul(factor.get, term)));
    }),
  ];
  fn.emit(
    scale.set(i32.shrU(rowStep.get, i32.const(2))),
    fn.loop(column, 0, n.get, panelWidth, [
      bStart.set(columnStart(b.get, column.get, columnStep.get)),
      cAt.set(i32.add(c.get, i32.shl(column.get, i32.const(2)))),
      aAt.set(a.get),
      list.set(lists.get),
      fn.loop(row, 0, rows.get, 1, [
        startRow(sum, cAt.get, resume.get),
        end.set(
          i32.add(
            list.get,
            i32.shl(i32.load(i32.add(counts.get, i32.shl(row.get, i32.const(2)))), i32.const(2)),
          ),
        ),
        fn.loop(at, list.get, end.get, 4, event),
        storeRow(fn, sum, cAt, i32.sub(n.get, column.get), [i, from]),
        cAt.set(i32.add(cAt.get, cStride.get)),
        aAt.set(i32.add(aAt.get, aStride.get)),
        list.set(i32.add(list.get, listStride.get)),
      ]),
    ]),
  );
  return fn;
}
