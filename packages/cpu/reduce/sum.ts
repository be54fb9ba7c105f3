import { instantiate, type WasmFunction } from "@spikeloop/expr/wasm";
import { hostArray, type Storage, sumLanes } from "@spikeloop/backend";
import { allocate } from "../allocate.ts";
import { copy, copyRectangle, staging } from "../staging.ts";
import { blockLength, places, reduceBlocks } from "./blocks.ts";
import { sumColumnsKernel, sumRowsKernel } from "./sum_kernels.ts";

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
