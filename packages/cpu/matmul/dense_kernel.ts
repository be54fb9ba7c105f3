import { block, brIf, type Code, f32x4, Func, i32, repeat, v128 } from "@spikeloop/expr/wasm";
import { columnStart, startRow, storeRow } from "./tile.ts";

/** Rows of A that `denseRows` takes at once. */
export const tileHeight = 4;

/** How many steps of k the loop takes at once. */
const unrolled = 8;

/**
 * name(a, aStride, rows, b, columnStep, rowStep, k, n, c, cStride, resume): C = A · B of one block,
 * or C += A · B where `resume` is not 0, by tiles of `height` rows (of which `rows` is a multiple)
 * and 4 · `vectors` columns whose sums stay in registers. Every element is summed over k in
 * ascending order. Strides and steps are in bytes.
 */
export function denseKernel(name: string, height: number, vectors: number): Func {
  const fn = new Func(name, 11);
  const [a, aStride, rows, b, columnStep, rowStep, k, n, c, cStride, resume] = fn.params;
  const [column, row, remaining, bAt, bStart, cAt] = fn.localArray("i32", 6);
  const aAt = fn.localArray("i32", height);
  const sums = Array.from({ length: height }, () => fn.localArray("v128", vectors));
  const bRow = fn.localArray("v128", vectors);
  const factor = fn.local("v128");

  const step = (ahead: number): Code[] => [
    ...bRow.map((v, q) => v.set(v128.load(bAt, 16 * q))),
    bAt.increment(rowStep),
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
    aAt[0].set(i32.add(a, i32.mul(aStride, row))),
    ...aAt.slice(1).map((at, r) => at.set(i32.add(aAt[r], aStride))),
    bAt.set(bStart),
    cAt.set(i32.add(i32.add(c, i32.mul(row, cStride)), i32.shl(column, 2))),
    ...sums.flatMap((sum) => [startRow(sum, cAt, resume), cAt.increment(cStride)]),
    remaining.set(k),
    steps(unrolled),
    steps(1),
    cAt.set(i32.sub(cAt, i32.mul(cStride, height))),
    ...sums.flatMap((sum) => [
      storeRow(sum, cAt, i32.sub(n, column)),
      cAt.increment(cStride),
    ]),
  ];
  return fn.emit(fn.loop(column, 0, n, 4 * vectors, [
    bStart.set(columnStart(b, column, columnStep)),
    fn.loop(row, 0, rows, height, tile),
  ]));
}
