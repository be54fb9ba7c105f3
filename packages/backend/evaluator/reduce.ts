import type { ExtremeOp, ReduceOp } from "../skeletons.ts";
import type { Storage } from "../storage.ts";
import { hostArray } from "../host_storage.ts";
import { sumBlock, sumLanes } from "../summation_order.ts";

const fround = Math.fround;

/**
 * Sums `count` numbers. Contiguous numbers (stride 1) go to 16 partial sums in turn, which are then
 * added pairwise (8 apart, 4 apart, 2 apart, 1 apart). Strided numbers are added one after another.
 */
function sumFrom(x: Float32Array, start: number, count: number, stride: number): number {
  if (stride !== 1) {
    let total = 0;
    for (let i = 0; i < count; i++) total = fround(total + x[start + i * stride]);
    return total;
  }
  const lanes = new Float32Array(sumLanes);
  for (let i = 0; i < count; i++) lanes[i % sumLanes] += x[start + i];
  for (let width = sumLanes / 2; width >= 1; width /= 2) {
    for (let i = 0; i < width; i++) lanes[i] += lanes[i + width];
  }
  return lanes[0];
}

/** The index of the first extreme element; the first NaN wins. */
function extremeAt(
  x: Float32Array,
  start: number,
  count: number,
  stride: number,
  sign: 1 | -1,
): number {
  let best = 0;
  for (let i = 0; i < count; i++) {
    const value = x[start + i * stride];
    if (Number.isNaN(value)) return i;
    if (sign * value > sign * x[start + best * stride]) best = i;
  }
  return best;
}

/** Combines every run along the axis of [outer, axis, inner], given the index where it starts. */
function along(
  outer: number,
  axis: number,
  inner: number,
  combine: (start: number) => number,
): Float32Array {
  const result = new Float32Array(outer * inner);
  for (let o = 0; o < outer; o++) {
    for (let i = 0; i < inner; i++) result[o * inner + i] = combine(o * axis * inner + i);
  }
  return result;
}

/**
 * The sums over the middle axis of [outer, axis, inner]. A long axis is cut into blocks, whose sums
 * are summed.
 */
export function evaluateSum(
  storage: Storage,
  outer: number,
  axis: number,
  inner: number,
): Float32Array {
  const x = hostArray(storage);
  const blocks = Math.ceil(axis / sumBlock);
  if (blocks <= 1) return along(outer, axis, inner, (start) => sumFrom(x, start, axis, inner));
  const parts = new Float32Array(outer * blocks * inner);
  for (let o = 0; o < outer; o++) {
    for (let b = 0; b < blocks; b++) {
      const count = Math.min(sumBlock, axis - b * sumBlock);
      for (let i = 0; i < inner; i++) {
        const start = (o * axis + b * sumBlock) * inner + i;
        parts[(o * blocks + b) * inner + i] = sumFrom(x, start, count, inner);
      }
    }
  }
  return evaluateSum(parts, outer, blocks, inner);
}

/** The extremes along the middle axis of [outer, axis, inner], or their indices. */
export function evaluateExtreme(
  op: ExtremeOp,
  storage: Storage,
  outer: number,
  axis: number,
  inner: number,
): Float32Array {
  const x = hostArray(storage);
  const sign = op.endsWith("max") ? 1 : -1;
  return along(outer, axis, inner, (start) => {
    const at = extremeAt(x, start, axis, inner, sign);
    return op.startsWith("arg") ? at : x[start + at * inner];
  });
}

/** Reduces the middle axis of [outer, axis, inner] to [outer, inner]. */
export function evaluateReduce(
  op: ReduceOp,
  x: Storage,
  outer: number,
  axis: number,
  inner: number,
): Float32Array {
  return op === "sum"
    ? evaluateSum(x, outer, axis, inner)
    : evaluateExtreme(op, x, outer, axis, inner);
}
