import { copy, scratch } from "../scratch.ts";
import { blockLength, places } from "./layout.ts";

/** Runs a kernel over as many of the `outer` parts at a time as fit a block. */
export function perBlock(
  x: Float32Array,
  outer: number,
  size: number,
  kept: number,
  result: Float32Array,
  run: (count: number) => void,
): void {
  const { floats } = scratch();
  const most = Math.floor(blockLength / size);
  for (let o = 0; o < outer; o += most) {
    const count = Math.min(most, outer - o);
    copy(x, o * size, count * size, floats, places.source);
    run(count);
    copy(floats, places.result, count * kept, result, o * kept);
  }
}
