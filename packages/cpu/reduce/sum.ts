import { instantiate, type WasmFunction } from "@spikeloop/expr/wasm";
import { hostArray, type Storage, sumLanes } from "@spikeloop/backend";
import { allocate } from "../allocate.ts";
import { copy, scratch } from "../scratch.ts";
import { blockLength, places } from "./layout.ts";
import { perBlock } from "./per_block.ts";
import {
  addToLanesKernel,
  sumColumnsKernel,
  sumLanesKernel,
  sumRowsKernel,
} from "./sum_kernels.ts";

let made: Readonly<Record<string, WasmFunction>> | undefined;

/** The kernels, compiled when they are first needed. */
function kernels(): Readonly<Record<string, WasmFunction>> {
  return made ??= instantiate(
    [sumRowsKernel(), addToLanesKernel(), sumLanesKernel(), sumColumnsKernel()],
    scratch().memory,
  );
}

/** The sums over the middle axis of [outer, axis, inner], as WebAssembly SIMD. */
export function cpuSum(storage: Storage, outer: number, axis: number, inner: number): Float32Array {
  const x = hostArray(storage);
  const result = allocate(outer * inner);
  if (result.length === 0 || axis === 0) return result;
  if (inner !== 1) sumColumns(x, outer, axis, inner, result);
  else if (axis > blockLength) {
    for (let o = 0; o < outer; o++) result[o] = sumLong(x, o * axis, axis);
  } else sumRows(x, outer, axis, result);
  return result;
}

function sumRows(x: Float32Array, rows: number, count: number, result: Float32Array): void {
  perBlock(x, rows, count, 1, result, (some) => {
    kernels().sumRows(4 * places.source, some, count, 4 * places.result);
  });
}

/** The sum of a row that is longer than a block. */
function sumLong(x: Float32Array, from: number, count: number): number {
  const { floats } = scratch();
  const { source, result, lanes } = places;
  floats.fill(0, lanes, lanes + sumLanes);
  for (let at = 0; at < count; at += blockLength) {
    const some = Math.min(blockLength, count - at);
    copy(x, from + at, some, floats, source);
    floats.fill(0, source + some, source + some + sumLanes);
    kernels().addToLanes(4 * source, 4 * Math.ceil(some / sumLanes) * sumLanes);
  }
  kernels().sumLanes(4 * result);
  return floats[result];
}

function sumColumns(
  x: Float32Array,
  outer: number,
  axis: number,
  inner: number,
  result: Float32Array,
): void {
  if (axis * inner <= blockLength) {
    return perBlock(x, outer, axis * inner, inner, result, (count) => {
      kernels().sumColumns(4 * places.source, count, axis, inner, 4 * places.result, 0);
    });
  }
  const { floats } = scratch();
  const width = Math.min(inner, blockLength >> 2);
  const most = Math.floor(blockLength / width);
  for (let o = 0; o < outer; o++) {
    for (let column = 0; column < inner; column += width) {
      const columns = Math.min(width, inner - column);
      for (let row = 0; row < axis; row += most) {
        const rows = Math.min(most, axis - row);
        const from = (o * axis + row) * inner + column;
        copyRows(x, from, inner, rows, columns, floats);
        kernels().sumColumns(
          4 * places.source,
          1,
          rows,
          columns,
          4 * places.result,
          Number(row > 0),
        );
      }
      copy(floats, places.result, columns, result, o * inner + column);
    }
  }
}

function copyRows(
  x: Float32Array,
  from: number,
  stride: number,
  rows: number,
  columns: number,
  floats: Float32Array,
): void {
  if (columns === stride) return copy(x, from, rows * columns, floats, places.source);
  for (let r = 0; r < rows; r++) {
    copy(x, from + r * stride, columns, floats, places.source + r * columns);
  }
}
