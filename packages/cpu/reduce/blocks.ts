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
 * Reduces `outer` parts of `size` numbers, from x[first] on, to `width` each, which follow one
 * another from result[to] on: as many parts at a time as fit a block.
 */
export function reduceBlocks(
  x: Float32Array | Source,
  first: number,
  outer: number,
  size: number,
  width: number,
  result: Float32Array,
  to: number,
  run: (count: number) => void,
): void {
  const { floats } = staging();
  const most = Math.floor(blockLength / size);
  for (let o = 0; o < outer; o += most) {
    const count = Math.min(most, outer - o);
    copy(x, first + o * size, count * size, floats, places.source);
    run(count);
    copy(floats, places.result, count * width, result, to + o * width);
  }
}
