// Sums in the order of `sumLanes`: sixteen partial sums side by side, then these.
import { extractLane, f32, f32x4, Func, i32, instantiate, v128 } from "@spikeloop/expr/wasm";
import type { Code, Local, Operand, WasmFunction } from "@spikeloop/expr/wasm";
import { type Storage, sumBlock } from "@spikeloop/backend";
import { allocate } from "./allocate.ts";
import { type Source, sourceOf } from "./source.ts";
import { copy, copyRectangle, isBehind, staging } from "./staging.ts";

/** The most numbers that are staged at once, 256 KiB. */
const stagedLength = 1 << 16;

/** Starts of the parts, in numbers. Kernels work on groups of 16: there is room after each part. */
const places = { source: 0, result: stagedLength + 64 };

/** Where 16 words of ones lie before 16 of zeros; 16 - r further on is the mask of the first r. */
const masksAt = 524_256;

const bytes = (count: Operand) => i32.shl(count, 2);

/** The sum of 16 lanes: those 8 apart are added, then those 4, 2 and 1 apart. */
function sumOfLanes(sums: readonly Local[], quarter: Local): Code {
  const lane = (i: number) => extractLane.f32x4(quarter, i);
  return [
    ...quarter.set(f32x4.add(f32x4.add(sums[0], sums[2]), f32x4.add(sums[1], sums[3]))),
    ...f32.add(f32.add(lane(0), lane(2)), f32.add(lane(1), lane(3))),
  ];
}

const addTo = (sums: readonly Local[], at: Operand): Code[] =>
  sums.map((sum, i) => sum.set(f32x4.add(sum, v128.load(at, 16 * i))));

/** sumRows(source, rows, count, 1, result): the sum of each of `rows` rows of `count` numbers. */
function sumRowsKernel(): Func {
  const fn = new Func("sumRows", 5);
  const [source, rows, count, , result] = fn.params;
  const [row, at, rest, mask] = fn.localArray("i32", 4);
  const sums = fn.localArray("v128", 4);
  const quarter = fn.local("v128");
  const masked = (i: number) => v128.and(v128.load(rest, 16 * i), v128.load(mask, 16 * i));
  return fn.emit(
    mask.set(i32.sub(4 * masksAt + 64, bytes(i32.and(count, 15)))),
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
    mask.set(v128.load(i32.add(4 * masksAt + 64, i32.mul(resume, -64)))),
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

let kernels: Readonly<Record<string, WasmFunction>> | undefined;

/** The sums over the middle axis of [outer, axis, inner], as WebAssembly SIMD. */
export function cpuSum(storage: Storage, outer: number, axis: number, inner: number): Float32Array {
  const size = outer * inner;
  if (size === 0 || axis === 0) return allocate(size);
  const x = sourceOf(storage);
  if (axis <= sumBlock) {
    const result = allocate(size);
    sumShort(x, 0, outer, axis, inner, result, 0);
    return result;
  }
  // The sums of the blocks, then those of these.
  const [blocks, whole] = [Math.ceil(axis / sumBlock), Math.floor(axis / sumBlock)];
  const parts = new Float32Array(blocks * size);
  const sum = (from: number, count: number, length: number, to: number) =>
    sumShort(x, from * inner, count, length, inner, parts, to * inner);
  for (let o = 0; o < outer; o++) {
    const [from, to] = [o * axis, o * blocks];
    sum(from, whole, sumBlock, to);
    if (blocks > whole) sum(from + whole * sumBlock, 1, axis % sumBlock, to + whole);
  }
  return cpuSum(parts, outer, blocks, inner);
}

/** The sums over an axis of up to a block, of numbers from x[first] on, to result[to] and on. */
function sumShort(
  x: Float32Array | Source,
  first: number,
  outer: number,
  axis: number,
  inner: number,
  result: Float32Array,
  to: number,
): void {
  const { floats, memory } = staging();
  if (kernels === undefined) {
    new Int32Array(floats.buffer, 4 * masksAt, 16).fill(-1);
    kernels = instantiate([sumRowsKernel(), sumColumnsKernel()], memory);
  }
  const run = inner === 1 ? kernels.sumRows : kernels.sumColumns;
  const size = axis * inner;
  // Several sums at a time; of a large one, some columns at a time, and of these some rows.
  const width = size <= stagedLength ? inner : Math.min(inner, stagedLength >> 2);
  const height = Math.min(axis, Math.floor(stagedLength / width));
  const most = Math.max(1, Math.floor(stagedLength / size));
  for (let o = 0; o < outer; o += most) {
    const count = Math.min(most, outer - o);
    for (let column = 0; column < inner; column += width) {
      const columns = Math.min(width, inner - column);
      for (let row = 0; row < axis; row += height) {
        const rows = Math.min(height, axis - row);
        const from = first + (o * axis + row) * inner + column;
        const isThere = x instanceof Float32Array && isBehind(floats, x) && columns === inner;
        if (!isThere) copyRectangle(x, from, inner, count * rows, columns, floats, places.source);
        const at = isThere ? x.byteOffset + 4 * from : 4 * places.source;
        run(at, count, rows, columns, 4 * places.result, Number(row > 0));
      }
      copy(floats, places.result, count * columns, result, to + o * inner + column);
    }
  }
}
