import { copy, staging } from "../staging.ts";

/** Numbers in the largest block, 256 KiB. */
export const blockLength = 1 << 16;

/** Starts of the parts, in numbers. Kernels work on groups of 16: there is room after each part. */
export const places = {
  source: 0,
  result: blockLength + 64,
} as const;

/** Reduces `outer` parts of `size` numbers to `width` each, as many at a time as fit a block. */
export function reduceBlocks(
  x: Float32Array,
  outer: number,
  size: number,
  width: number,
  result: Float32Array,
  run: (count: number) => void,
): void {
  const { floats } = staging();
  const most = Math.floor(blockLength / size);
  for (let o = 0; o < outer; o += most) {
    const count = Math.min(most, outer - o);
    copy(x, o * size, count * size, floats, places.source);
    run(count);
    copy(floats, places.result, count * width, result, o * width);
  }
}
