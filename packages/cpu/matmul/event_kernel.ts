import {
  bitmask,
  block,
  br,
  brIf,
  type Code,
  f32x4,
  Func,
  i32,
  i32x4,
  i8x16,
  type Local,
  repeat,
  times,
  v128,
  when,
} from "@spikeloop/expr/wasm";
import { lanesAt } from "../tables.ts";
import { panelWidth, places } from "./layout.ts";
import { columnStart, startRow, storeRow } from "./tile.ts";

/** From a place in a list to the place of its number, in bytes. */
const toNumber = 4 * (places.numbers - places.lists);

/**
 * name(source, stride, rows, k, rowStep, lists, listStride, counts): for every row of [rows, k] the
 * list of rowStep · l for every l whose number is not 0, ascending, its length, and the numbers
 * unless all of them are 1 (`binary`).
 */
export function compressKernel(name: string, binary: boolean): Func {
  const fn = new Func(name, 8);
  const [source, stride, rows, k, rowStep, lists, listStride, counts] = fn.params;
  const [row, at, to, mask, end] = fn.localArray("i32", 5);
  const [base, step, x, lanes] = fn.localArray("v128", 4);
  // The bytes of a lane are 4 · lane and the next three.
  const bytes = i32x4.add(i32x4.mul(lanes, 0x01010101), 0x03020100);
  return fn.emit(
    step.set(i32x4.splat(i32.shrU(rowStep, 2))),
    fn.loop(row, 0, rows, 1, [
      base.set(0),
      to.set(lists),
      end.set(i32.add(source, i32.shl(k, 2))),
      fn.loop(at, source, end, 16, [
        x.set(v128.load(at)),
        mask.set(bitmask.i32x4(f32x4.ne(x, 0))),
        lanes.set(v128.load(i32.shl(mask, 4), 4 * lanesAt)),
        v128.store(to, i32x4.add(base, i32x4.mul(lanes, step))),
        ...binary ? [] : [v128.store(i32.add(to, toNumber), i8x16.swizzle(x, bytes))],
        to.increment(i32.shl(i32.popcnt(mask), 2)),
        base.set(i32x4.add(base, i32x4.splat(i32.shl(rowStep, 2)))),
      ]),
      // The last vector may reach past the row.
      block(
        repeat(
          brIf(i32.eq(to, lists), 1),
          brIf(i32.ltU(i32.load(i32.sub(to, 4)), i32.mul(k, rowStep)), 1),
          to.increment(-4),
          br(0),
        ),
      ),
      i32.store(counts, i32.shrU(i32.sub(to, lists), 2)),
      counts.increment(4),
      lists.increment(listStride),
      source.increment(stride),
    ]),
  );
}

/** Panels whose sums stay in registers: with fewer, each addition would wait for the one before. */
const panels = 2;

const unrolled = 4;

/**
 * name(lists, listStride, counts, rows, b, columnStep, n, c, cStride, resume): the product of one
 * block from the lists of `compressKernel`. Per place in a list it adds a row of B, times its
 * number unless all of them are 1 (`binary`). The sum runs over k in ascending order, so that it
 * has the bits of the full product's wherever B is finite.
 */
export function eventKernel(name: string, binary: boolean): Func {
  const fn = new Func(name, 10);
  const [lists, listStride, counts, rows, b, columnStep, n, c, cStride, resume] = fn.params;
  const [column, remaining, row, list, at, end, place, cAt, wholeEnd] = fn.localArray("i32", 9);
  const bStart = fn.localArray("i32", panels);
  const bAt = fn.localArray("i32", panels);
  const sums = fn.localArray("v128", panels * panelWidth / 4);
  const factor = fn.local("v128");

  const pass = (starts: readonly Local[]): Code => {
    const sum = sums.slice(0, starts.length * panelWidth / 4);
    const event = (ahead: number): Code[] => [
      place.set(i32.load(at, 4 * ahead)),
      ...binary ? [] : [factor.set(v128.load32Splat(i32.add(at, toNumber), 4 * ahead))],
      ...starts.map((start, p) => bAt[p].set(i32.add(start, place))),
      ...sum.map((v, q) => {
        const term = v128.load(bAt[q >> 2], 16 * (q & 3));
        return v.set(f32x4.add(v, binary ? term : f32x4.mul(factor, term)));
      }),
    ];
    const count = i32.load(i32.add(counts, i32.shl(row, 2)));
    return fn.loop(row, 0, rows, 1, [
      startRow(sum, cAt, resume),
      end.set(i32.add(list, i32.shl(count, 2))),
      wholeEnd.set(i32.sub(end, i32.and(i32.sub(end, list), 4 * unrolled - 1))),
      fn.loop(at, list, wholeEnd, 4 * unrolled, times(unrolled, event)),
      fn.loop(at, wholeEnd, end, 4, event(0)),
      storeRow(sum, cAt, remaining),
      cAt.increment(cStride),
      list.increment(listStride),
    ]);
  };
  return fn.emit(
    fn.loop(column, 0, n, panels * panelWidth, [
      remaining.set(i32.sub(n, column)),
      ...bStart.map((start, p) =>
        start.set(columnStart(b, i32.add(column, p * panelWidth), columnStep))
      ),
      cAt.set(i32.add(c, i32.shl(column, 2))),
      list.set(lists),
      when(i32.gtU(remaining, panelWidth), pass(bStart), pass(bStart.slice(0, 1))),
    ]),
  );
}
