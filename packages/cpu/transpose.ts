import { instantiate, type WasmFunction } from "@spikeloop/expr/wasm";
import { blockLength, places } from "./matmul/layout.ts";
import type { Axis } from "./movement.ts";
import { copy, scratch } from "./scratch.ts";
import { transposeKernel } from "./transpose_kernel.ts";

/** Numbers from which on the kernel beats a loop. */
const least = 1 << 10;

let made: WasmFunction | undefined;

/** Transposes a block; compiled when first needed, apart from the product's kernels, which few programs need. */
function kernel(): WasmFunction {
  return made ??= instantiate([transposeKernel()], scratch().memory).transpose;
}

/** Whether the two innermost axes are exchanged, and large enough for the kernel. */
export function worthTransposing(axes: readonly Axis[]): boolean {
  if (axes.length !== 2) return false;
  const [inner, outer] = axes;
  return outer.stride === 1 && inner.stride > 1 && inner.extent >= 4 && outer.extent >= 4 &&
    inner.extent * outer.extent >= least;
}

/** Copies a window of two axes, the outer of which is contiguous in `source`, block by block. */
export function transpose(
  source: Float32Array,
  offset: number,
  [{ extent: rows, stride }, { extent: columns }]: readonly Axis[],
  result: Float32Array,
): void {
  const { floats } = scratch();
  const turn = kernel();
  const side = Math.sqrt(blockLength);
  for (let row = 0; row < rows; row += side) {
    const m = Math.min(side, rows - row);
    const pitch = m + 3 & -4;
    for (let column = 0; column < columns; column += side) {
      const n = Math.min(side, columns - column);
      const from = offset + row * stride + column;
      if (n === stride) copy(source, from, m * n, floats, places.raw);
      else {
        for (let r = 0; r < m; r++) {
          copy(source, from + r * stride, n, floats, places.raw + r * n);
        }
      }
      turn(4 * places.raw, 4 * n, m, n, 4 * places.left, 4 * pitch);
      for (let c = 0; c < n; c++) {
        copy(floats, places.left + c * pitch, m, result, (column + c) * rows + row);
      }
    }
  }
}
