import type { WasmFunction } from "@spikeloop/expr/wasm";
import type { Source } from "../source.ts";
import { copy, staging } from "../staging.ts";

/** Numbers in the largest block, 256 KiB. */
export const blockLength = 1 << 16;

/** Starts of the parts, in numbers. Kernels work on groups of 16: there is room after each part. */
export const places = {
  source: 0,
  result: blockLength + 64,
} as const;

/**
 * Reduces the middle axis of [outer, axis, inner], the numbers from x[first] on; the results follow
 * one another from result[to] on. As many parts of the outer axis at a time as fit a block.
 *
 * @param run The kernel: run(source, outer, axis, inner, result, 0).
 */
export function reduceBlocks(
  x: Float32Array | Source,
  first: number,
  outer: number,
  axis: number,
  inner: number,
  result: Float32Array,
  to: number,
  run: WasmFunction,
): void {
  const { floats } = staging();
  const size = axis * inner;
  const most = Math.floor(blockLength / size);
  for (let o = 0; o < outer; o += most) {
    const count = Math.min(most, outer - o);
    copy(x, first + o * size, count * size, floats, places.source);
    run(4 * places.source, count, axis, inner, 4 * places.result, 0);
    copy(floats, places.result, count * inner, result, to + o * inner);
  }
}
