import { type Code, f32x4, Func, i32, type Local, v128, when } from "@spikeloop/expr/wasm";
import { panelWidth } from "./pack_kernels.ts";
import { columnStart, startRow, storeRow } from "./tile.ts";

/** Panels whose sums stay in registers side by side: with fewer, each addition would wait for the one before. */
const panels = 2;

/** How many events the loop takes at once. */
const unrolled = 4;

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
  const [column, left, row, list, at, end, place, cAt, aAt, i, from, scale, wholeEnd] = fn
    .localArray(
      "i32",
      13,
    );
  const bStart = fn.localArray("i32", panels);
  const bAt = fn.localArray("i32", panels);
  const sums = fn.localArray("v128", panels * panelWidth / 4);
  const factor = fn.local("v128");

  const pass = (starts: readonly Local[]): Code => {
    const sum = sums.slice(0, starts.length * panelWidth / 4);
    const event = (ahead: number): Code[] => [
      place.set(i32.load(at.get, 4 * ahead)),
      ...binary ? [] : [factor.set(v128.load32Splat(i32.add(aAt.get, place.get)))],
      place.set(i32.mul(place.get, scale.get)),
      ...starts.map((start, p) => bAt[p].set(i32.add(start.get, place.get))),
      ...sum.map((v, q) => {
        const term = v128.load(bAt[q >> 2].get, 16 * (q & 3));
        return v.set(f32x4.add(v.get, binary ? term : f32x4.mul(factor.get, term)));
      }),
    ];
    return fn.loop(row, 0, rows.get, 1, [
      startRow(sum, cAt.get, resume.get),
      end.set(
        i32.add(
          list.get,
          i32.shl(i32.load(i32.add(counts.get, i32.shl(row.get, i32.const(2)))), i32.const(2)),
        ),
      ),
      wholeEnd.set(
        i32.sub(end.get, i32.and(i32.sub(end.get, list.get), i32.const(4 * unrolled - 1))),
      ),
      fn.loop(
        at,
        list.get,
        wholeEnd.get,
        4 * unrolled,
        Array.from({ length: unrolled }, (_, u) => event(u)).flat(),
      ),
      fn.loop(at, wholeEnd.get, end.get, 4, event(0)),
      storeRow(fn, sum, cAt, left.get, [i, from]),
      cAt.set(i32.add(cAt.get, cStride.get)),
      aAt.set(i32.add(aAt.get, aStride.get)),
      list.set(i32.add(list.get, listStride.get)),
    ]);
  };
  fn.emit(
    scale.set(i32.shrU(rowStep.get, i32.const(2))),
    fn.loop(column, 0, n.get, panels * panelWidth, [
      left.set(i32.sub(n.get, column.get)),
      ...bStart.map((start, p) =>
        start.set(
          columnStart(b.get, i32.add(column.get, i32.const(p * panelWidth)), columnStep.get),
        )
      ),
      cAt.set(i32.add(c.get, i32.shl(column.get, i32.const(2)))),
      aAt.set(a.get),
      list.set(lists.get),
      when(i32.gtU(left.get, i32.const(panelWidth)), pass(bStart), pass(bStart.slice(0, 1))),
    ]),
  );
  return fn;
}
