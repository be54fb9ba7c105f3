import { block, brIf, type Code, f32x4, type Func, i32 } from "@spikeloop/expr/wasm";
import { namedFunc, type Operand, repeat, v128 } from "@spikeloop/expr/wasm";
import { blockParams, columnStart, startRow, storeRow } from "./tile.ts";

/** Rows of A that are taken at once, as long as there are so many. */
export const tileHeight = 4;

/** How many steps of k the loop takes at once. */
const unrolled = 8;

/** numbers(...): the product of one block by tiles, whose sums stay in registers. */
export function denseKernel(): Func {
  const { fn, p } = namedFunc("numbers", blockParams);
  const [column, row, whole, remaining, bAt, bStart, cAt] = fn.localArray("i32", 7);
  const factor = fn.local("v128");

  /** The rows in a range, by tiles of `height` rows and 4 · `vectors` columns. */
  const rowsBy = (height: number, vectors: number, from: Operand, to: Operand): Code => {
    const aAt = fn.localArray("i32", height);
    const sums = Array.from({ length: height }, () => fn.localArray("v128", vectors));
    const bRow = fn.localArray("v128", vectors);
    const step = (ahead: number): Code[] => [
      ...bRow.map((v, q) => v.set(v128.load(bAt, 16 * q))),
      bAt.increment(p.rowStep),
      ...sums.flatMap((sum, r) => [
        factor.set(v128.load32Splat(aAt[r], 4 * ahead)),
        ...sum.map((v, q) => v.set(f32x4.add(v, f32x4.mul(factor, bRow[q])))),
      ]),
    ];
    const steps = (count: number): Code =>
      block(
        brIf(i32.ltU(remaining, count), 0),
        repeat(
          ...Array.from({ length: count }, (_, ahead) => step(ahead)),
          aAt.map((at) => at.increment(4 * count)),
          remaining.increment(-count),
          brIf(i32.geU(remaining, count), 0),
        ),
      );
    const tile: Code[] = [
      aAt[0].set(i32.add(p.a, i32.mul(p.aStride, row))),
      ...aAt.slice(1).map((at, r) => at.set(i32.add(aAt[r], p.aStride))),
      bAt.set(bStart),
      cAt.set(i32.add(i32.add(p.c, i32.mul(row, p.cStride)), i32.shl(column, 2))),
      ...sums.flatMap((sum) => [startRow(sum, cAt, p.resume), cAt.increment(p.cStride)]),
      remaining.set(p.k),
      steps(unrolled),
      steps(1),
      cAt.set(i32.sub(cAt, i32.mul(p.cStride, height))),
      ...sums.flatMap((sum) => [
        storeRow(sum, cAt, i32.sub(p.n, column)),
        cAt.increment(p.cStride),
      ]),
    ];
    return fn.loop(column, 0, p.n, 4 * vectors, [
      bStart.set(columnStart(p.b, column, p.columnStep)),
      fn.loop(row, from, to, height, tile),
    ]);
  };
  return fn.emit(
    whole.set(i32.and(p.rows, -tileHeight)),
    rowsBy(tileHeight, 2, 0, whole),
    rowsBy(1, 4, whole, p.rows),
  );
}
