const fround = Math.fround;

/** What the variance is kept above: float32's epsilon. */
export const varianceFloor = 1.1920928955078125e-7;

/** Running mean and variance of vectors, in float32 as the reference keeps them. */
export interface RunningStatistics {
  /** Mean per component. */
  readonly mean: Float32Array;
  /** Population variance per component. */
  readonly variance: Float32Array;
  /** How many vectors they are of. */
  readonly count: number;
}

/**
 * The statistics of nothing yet: mean 0, variance 1, a count of next to nothing.
 *
 * @example
 * ```ts
 * import { emptyStatistics } from "@spikeloop/training";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals([...emptyStatistics(2).mean], [0, 0]);
 * assertEquals([...emptyStatistics(2).variance], [1, 1]);
 * ```
 */
export function emptyStatistics(size: number): RunningStatistics {
  return {
    mean: new Float32Array(size),
    variance: new Float32Array(size).fill(1),
    count: varianceFloor,
  };
}

/**
 * The statistics with `rows` more vectors, laid end to end, merged in by the formula of Chan, Golub and LeVeque:
 *
 *     mean += δ · m / (n + m),   var = (n · var + m · varₘ + δ² · n · m / (n + m)) / (n + m),   δ = meanₘ - mean
 */
export function mergeStatistics(
  before: RunningStatistics,
  vectors: Float32Array,
  rows: number,
): RunningStatistics {
  const size = before.mean.length;
  const total = before.count + rows;
  const mean = new Float32Array(size);
  const variance = new Float32Array(size);
  for (let i = 0; i < size; i++) {
    let sum = 0;
    for (let r = 0; r < rows; r++) sum += vectors[r * size + i];
    const batchMean = fround(sum / rows);
    let squares = 0;
    for (let r = 0; r < rows; r++) squares += (vectors[r * size + i] - batchMean) ** 2;
    const delta = fround(batchMean - before.mean[i]);
    const shared = delta ** 2 * before.count * rows / total;
    mean[i] = before.mean[i] + delta * rows / total;
    variance[i] = (before.variance[i] * before.count + squares + shared) / total;
  }
  return { mean, variance, count: total };
}

/** Vectors, laid end to end, with mean 0 and variance 1, limited to ±`limit`: clip((x - mean) / √(var + ε), ±limit). */
export function normalise(
  { mean, variance }: RunningStatistics,
  vectors: ArrayLike<number>,
  limit: number,
): Float32Array {
  const size = mean.length;
  const result = new Float32Array(vectors.length);
  for (let i = 0; i < size; i++) {
    const deviation = fround(Math.sqrt(fround(variance[i] + varianceFloor)));
    for (let at = i; at < vectors.length; at += size) {
      const scaled = fround(fround(vectors[at] - mean[i]) / deviation);
      result[at] = Math.min(Math.max(scaled, -limit), limit);
    }
  }
  return result;
}
