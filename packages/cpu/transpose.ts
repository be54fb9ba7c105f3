import { instantiate, type WasmFunction } from "@spikeloop/expr/wasm";
import { copy, copyRectangle, staging } from "./staging.ts";
import { transposeKernel } from "./transpose_kernel.ts";

/** Numbers from which on the kernel beats a loop. */
const least = 1 << 10;

/** Rows and columns of the largest block. */
const side = 256;

/** Where a block lies in the staging memory, and its transpose, in numbers. */
const [source, target] = [0, side * side];

let kernel: WasmFunction | undefined;

/** Whether the kernel is worth its while. */
export function worthTransposing(rows: number, columns: number): boolean {
  return rows >= 4 && columns >= 4 && rows * columns >= least;
}

/** Transposes [rows, columns], whose rows start `stride` numbers apart from `offset` on. */
export function transpose(
  numbers: Float32Array,
  offset: number,
  stride: number,
  [rows, columns]: readonly [rows: number, columns: number],
  result: Float32Array,
): void {
  const { memory, floats } = staging();
  // Compiled apart from the kernels of products, which few programs need.
  kernel ??= instantiate([transposeKernel()], memory).transpose;
  for (let row = 0; row < rows; row += side) {
    const m = Math.min(side, rows - row);
    const pitch = m + 3 & -4;
    for (let column = 0; column < columns; column += side) {
      const n = Math.min(side, columns - column);
      copyRectangle(numbers, offset + row * stride + column, stride, m, n, floats, source);
      kernel(4 * source, 4 * n, m, n, 4 * target, 4 * pitch);
      for (let c = 0; c < n; c++) {
        copy(floats, target + c * pitch, m, result, (column + c) * rows + row);
      }
    }
  }
}
