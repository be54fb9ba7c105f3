import { bitmask, block, br, brIf, type ByWord, type Code, f32x4 } from "@spikeloop/expr/wasm";
import { type Func, i32, i32x4, i8x16, type Local, namedFunc, repeat } from "@spikeloop/expr/wasm";
import { times, v128, when } from "@spikeloop/expr/wasm";
import { panelWidth } from "../matrix.ts";
import { freeLength } from "../staging.ts";
import { places } from "./layout.ts";
import { blockParams, columnStart, startRow, storeRow } from "./tile.ts";

/** Writes for each of the 16 sets of four lanes, as a bit mask: 4 times the number of each lane. */
export function writeLanes({ buffer }: Float32Array): void {
  const words = new Int32Array(buffer, 4 * freeLength, 64);
  for (let set = 0; set < 16; set++) {
    const lanes = [0, 1, 2, 3].filter((lane) => set >> lane & 1);
    lanes.forEach((lane, i) => words[4 * set + i] = 4 * lane);
  }
}

/** From a place in a list to the place of its number, in bytes. */
const toNumber = 4 * (places.numbers - places.lists);

/**
 * Code that lists for every row of A, ascending, rowStep · l for every l whose number is not 0, and
 * counts them; and lists the numbers unless all of them are 1 (`binary`). Lists are 4 · k bytes
 * apart.
 */
function listEvents(fn: Func, p: ByWord<typeof blockParams, Local>, binary: boolean): Code {
  const [row, source, list, at, to, mask, end] = fn.localArray("i32", 7);
  const [base, step, x, lanes] = fn.localArray("v128", 4);
  // The bytes of a lane are 4 · lane and the next three.
  const bytes = i32x4.add(i32x4.mul(lanes, 0x01010101), 0x03020100);
  return [
    ...source.set(p.a),
    ...list.set(p.lists),
    ...step.set(i32x4.splat(i32.shrU(p.rowStep, 2))),
    ...fn.loop(row, 0, p.rows, 1, [
      base.set(0),
      to.set(list),
      end.set(i32.add(source, i32.shl(p.k, 2))),
      fn.loop(at, source, end, 16, [
        x.set(v128.load(at)),
        mask.set(bitmask.i32x4(f32x4.ne(x, 0))),
        lanes.set(v128.load(i32.shl(mask, 4), 4 * freeLength)),
        v128.store(to, i32x4.add(base, i32x4.mul(lanes, step))),
        ...binary ? [] : [v128.store(i32.add(to, toNumber), i8x16.swizzle(x, bytes))],
        to.increment(i32.shl(i32.popcnt(mask), 2)),
        base.set(i32x4.add(base, i32x4.splat(i32.shl(p.rowStep, 2)))),
      ]),
      // The last vector may reach past the row.
      block(
        repeat(
          brIf(i32.eq(to, list), 1),
          brIf(i32.ltU(i32.load(i32.sub(to, 4)), i32.mul(p.k, p.rowStep)), 1),
          to.increment(-4),
          br(0),
        ),
      ),
      i32.store(i32.add(p.counts, i32.shl(row, 2)), i32.shrU(i32.sub(to, list), 2)),
      list.increment(i32.shl(p.k, 2)),
      source.increment(p.aStride),
    ]),
  ];
}

/** Panels whose sums stay in registers: with fewer, each addition would wait for the one before. */
const panels = 2;

const unrolled = 4;

/**
 * name(...): the product of one block from lists of where A's numbers are not 0. Per place in a
 * list it adds a row of B, times its number unless all of them are 1 (`binary`). It has the bits of
 * the full product wherever B is finite.
 */
export function eventKernel(name: string, binary: boolean): Func {
  const { fn, p } = namedFunc(name, blockParams);
  const [column, remaining, row, list, at, end, place] = fn.localArray("i32", 7);
  const [cAt, wholeEnd] = fn.localArray("i32", 2);
  const bStart = fn.localArray("i32", panels);
  const bAt = fn.localArray("i32", panels);
  const sums = fn.localArray("v128", panels * panelWidth / 4);
  const factor = fn.local("v128");

  const pass = (starts: readonly Local[]): Code => {
    const sum = sums.slice(0, starts.length * panelWidth / 4);
    const event = (ahead: number): Code[] => [
      place.set(i32.load(at, 4 * ahead)),
      ...binary ? [] : [factor.set(v128.load32Splat(i32.add(at, toNumber), 4 * ahead))],
      ...starts.map((start, i) => bAt[i].set(i32.add(start, place))),
      ...sum.map((v, q) => {
        const term = v128.load(bAt[q >> 2], 16 * (q & 3));
        return v.set(f32x4.add(v, binary ? term : f32x4.mul(factor, term)));
      }),
    ];
    const count = i32.load(i32.add(p.counts, i32.shl(row, 2)));
    return fn.loop(row, 0, p.rows, 1, [
      startRow(sum, cAt, p.resume),
      end.set(i32.add(list, i32.shl(count, 2))),
      wholeEnd.set(i32.sub(end, i32.and(i32.sub(end, list), 4 * unrolled - 1))),
      fn.loop(at, list, wholeEnd, 4 * unrolled, times(unrolled, event)),
      fn.loop(at, wholeEnd, end, 4, event(0)),
      storeRow(sum, cAt, remaining),
      cAt.increment(p.cStride),
      list.increment(i32.shl(p.k, 2)),
    ]);
  };
  return fn.emit(
    listEvents(fn, p, binary),
    fn.loop(column, 0, p.n, panels * panelWidth, [
      remaining.set(i32.sub(p.n, column)),
      ...bStart.map((start, i) =>
        start.set(columnStart(p.b, i32.add(column, i * panelWidth), p.columnStep))
      ),
      cAt.set(i32.add(p.c, i32.shl(column, 2))),
      list.set(p.lists),
      when(i32.gtU(remaining, panelWidth), pass(bStart), pass(bStart.slice(0, 1))),
    ]),
  );
}
