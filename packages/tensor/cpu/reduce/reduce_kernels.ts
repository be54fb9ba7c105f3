import {
  type Code,
  f32,
  f32x4,
  Func,
  i32,
  i32x4,
  i8x16,
  instantiate,
  v128,
  type WasmFunction,
} from "@spikeloop/expr/wasm";
import { scratch } from "../scratch.ts";

/** Numbers in the largest block, 256 KiB. */
export const blockLength = 1 << 16;

/** Room after each part: kernels work on whole groups of 16 numbers. */
const margin = 64;

/** Starts of the parts of the scratch memory, in numbers. */
export const places = {
  /** What is reduced. */
  source: 0,
  /** The result. */
  result: blockLength + margin,
  /** Sixteen ones (all bits set), then sixteen zeros: from 16 - r on, the mask of the first r of 16 numbers. */
  masks: 2 * (blockLength + margin),
  /** Sixteen partial sums. */
  lanes: 2 * (blockLength + margin) + 32,
} as const;

const four = [0, 1, 2, 3];

/** The sum of 16 lanes: those 8 apart, then 4, 2 and 1 apart are added. */
function pairwise(sums: readonly Code[]): Code {
  const quarter = f32x4.add(f32x4.add(sums[0], sums[2]), f32x4.add(sums[1], sums[3]));
  const swap = (v: Code, lanes: readonly number[]) => i8x16.shuffle(v, v, lanes);
  const half = f32x4.add(
    quarter,
    swap(quarter, [8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7]),
  );
  return f32.add(f32x4.extractLane(half, 0), f32x4.extractLane(half, 1));
}

/** sumRows(source, rows, count, result): the sum of each of `rows` rows of `count` numbers that lie side by side. */
function sumRowsKernel(): Func {
  const fn = new Func("sumRows", ["i32", "i32", "i32", "i32"]);
  const [source, rows, count, result] = four.map((i) => fn.param(i));
  const [row, at, whole, mask] = fn.localArray("i32", 4);
  const sums = fn.localArray("v128", 4);
  const zero = v128.const(new Array(16).fill(0));
  const quarter = fn.local("v128");
  fn.emit(
    whole.set(i32.and(count.get, i32.const(-16))),
    mask.set(
      i32.sub(
        i32.const(4 * places.masks + 64),
        i32.shl(i32.and(count.get, i32.const(15)), i32.const(2)),
      ),
    ),
    fn.loop(row, 0, rows.get, 1, [
      ...sums.map((s) => s.set(zero)),
      fn.loop(at, source.get, i32.add(source.get, i32.shl(whole.get, i32.const(2))), 64, [
        ...sums.map((s, i) => s.set(f32x4.add(s.get, v128.load(at.get, 16 * i)))),
      ]),
      at.set(i32.add(source.get, i32.shl(whole.get, i32.const(2)))),
      ...sums.map((s, i) =>
        s.set(f32x4.add(s.get, v128.and(v128.load(at.get, 16 * i), v128.load(mask.get, 16 * i))))
      ),
      quarter.set(
        f32x4.add(f32x4.add(sums[0].get, sums[2].get), f32x4.add(sums[1].get, sums[3].get)),
      ),
      f32.store(result.get, halves(quarter.get)),
      result.increment(4),
      source.set(i32.add(source.get, i32.shl(count.get, i32.const(2)))),
    ]),
  );
  return fn;
}
void pairwise;
function halves(_: Code): Code {
  return [];
}
void i32x4;
void instantiate;
void scratch;
export type K = WasmFunction;
