// Sums in the order of `sumLanes`: sixteen partial sums side by side, then these.
import {
  type Code,
  f32,
  f32x4,
  Func,
  i32,
  instantiate,
  type Local,
  type Operand,
  v128,
  type WasmFunction,
} from "@spikeloop/expr/wasm";
import { hostArray, type Storage, sumLanes } from "@spikeloop/backend";
import { allocate } from "../allocate.ts";
import { copy, copyRectangle, staging, tables } from "../staging.ts";
import { blockLength, places, reduceBlocks } from "./blocks.ts";

const bytes = (count: Operand) => i32.shl(count, 2);

/** The sum of 16 lanes: those 8 apart are added, then those 4, 2 and 1 apart. */
function sumOfLanes(sums: readonly Local[], quarter: Local): Code {
  const lane = (i: number) => f32x4.extractLane(quarter, i);
  return [
    ...quarter.set(f32x4.add(f32x4.add(sums[0], sums[2]), f32x4.add(sums[1], sums[3]))),
    ...f32.add(f32.add(lane(0), lane(2)), f32.add(lane(1), lane(3))),
  ];
}

const addTo = (sums: readonly Local[], at: Operand): Code[] =>
  sums.map((sum, i) => sum.set(f32x4.add(sum, v128.load(at, 16 * i))));

/** sumRows(source, rows, count, result): the sum of each of `rows` rows of `count` numbers. */
function sumRowsKernel(): Func {
  const fn = new Func("sumRows", 4);
  const [source, rows, count, result] = fn.params;
  const [row, at, rest, mask] = fn.localArray("i32", 4);
  const sums = fn.localArray("v128", 4);
  const quarter = fn.local("v128");
  const masked = (i: number) => v128.and(v128.load(rest, 16 * i), v128.load(mask, 16 * i));
  return fn.emit(
    mask.set(i32.sub(4 * tables.masks + 64, bytes(i32.and(count, 15)))),
    fn.loop(row, 0, rows, 1, [
      ...sums.map((sum) => sum.set(0)),
      rest.set(i32.add(source, bytes(i32.and(count, -16)))),
      fn.loop(at, source, rest, 64, addTo(sums, at)),
      ...sums.map((sum, i) => sum.set(f32x4.add(sum, masked(i)))),
      f32.store(i32.add(result, bytes(row)), sumOfLanes(sums, quarter)),
      source.increment(bytes(count)),
    ]),
  );
}

/**
 * sumColumns(source, outer, axis, inner, result, resume): sums the middle axis of [outer, axis,
 * inner] in ascending order; where `resume` is not 0 (`outer` must be 1) it adds to the result. It
 * writes whole groups of 16.
 */
function sumColumnsKernel(): Func {
  const fn = new Func("sumColumns", 6);
  const [source, outer, axis, inner, result, resume] = fn.params;
  const [o, column, at, end, stride, to] = fn.localArray("i32", 6);
  const sums = fn.localArray("v128", 4);
  // A mask clears the partial sums where the kernel starts anew.
  const mask = fn.local("v128");
  const first = i32.add(source, bytes(column));
  return fn.emit(
    mask.set(v128.load(i32.add(4 * tables.masks + 64, i32.mul(resume, -64)))),
    stride.set(bytes(inner)),
    fn.loop(o, 0, outer, 1, [
      fn.loop(column, 0, inner, 16, [
        to.set(i32.add(result, bytes(column))),
        ...sums.map((sum, i) => sum.set(v128.and(mask, v128.load(to, 16 * i)))),
        end.set(i32.add(first, i32.mul(axis, stride))),
        fn.loop(at, first, end, stride, addTo(sums, at)),
        ...sums.map((sum, i) => v128.store(to, sum, 16 * i)),
      ]),
      source.increment(i32.mul(axis, stride)),
      result.increment(stride),
    ]),
  );
}

let compiled: Readonly<Record<string, WasmFunction>> | undefined;

function kernels(): Readonly<Record<string, WasmFunction>> {
  return compiled ??= instantiate([sumRowsKernel(), sumColumnsKernel()], staging().memory);
}

/** The sums over the middle axis of [outer, axis, inner], as WebAssembly SIMD. */
export function cpuSum(storage: Storage, outer: number, axis: number, inner: number): Float32Array {
  const x = hostArray(storage);
  const result = allocate(outer * inner);
  if (result.length === 0 || axis === 0) return result;
  if (inner !== 1) sumColumns(x, outer, axis, inner, result);
  else if (axis > blockLength) {
    for (let o = 0; o < outer; o++) result[o] = sumLong(x, o * axis, axis);
  } else {
    const { sumRows } = kernels();
    reduceBlocks(x, outer, axis, 1, result, (rows) => {
      sumRows(4 * places.source, rows, axis, 4 * places.result);
    });
  }
  return result;
}

/** The sum of a row that is longer than a block: its columns of sixteen, then these. */
function sumLong(x: Float32Array, from: number, count: number): number {
  const { floats } = staging();
  const { source, result, lanes } = places;
  const { sumColumns, sumRows } = kernels();
  for (let at = 0; at < count; at += blockLength) {
    const length = Math.min(blockLength, count - at);
    copy(x, from + at, length, floats, source);
    floats.fill(0, source + length, source + length + sumLanes);
    const rows = Math.ceil(length / sumLanes);
    sumColumns(4 * source, 1, rows, sumLanes, 4 * lanes, Number(at > 0));
  }
  sumRows(4 * lanes, 1, sumLanes, 4 * result);
  return floats[result];
}

function sumColumns(
  x: Float32Array,
  outer: number,
  axis: number,
  inner: number,
  result: Float32Array,
): void {
  const kernel = kernels().sumColumns;
  const sum = (count: number, rows: number, columns: number, resume: boolean) =>
    kernel(4 * places.source, count, rows, columns, 4 * places.result, Number(resume));
  if (axis * inner <= blockLength) {
    return reduceBlocks(x, outer, axis * inner, inner, result, (count) => {
      sum(count, axis, inner, false);
    });
  }
  const { floats } = staging();
  const width = Math.min(inner, blockLength >> 2);
  const most = Math.floor(blockLength / width);
  for (let o = 0; o < outer; o++) {
    for (let column = 0; column < inner; column += width) {
      const columns = Math.min(width, inner - column);
      for (let row = 0; row < axis; row += most) {
        const rows = Math.min(most, axis - row);
        const from = (o * axis + row) * inner + column;
        copyRectangle(x, from, inner, rows, columns, floats, places.source);
        sum(1, rows, columns, row > 0);
      }
      copy(floats, places.result, columns, result, o * inner + column);
    }
  }
}
