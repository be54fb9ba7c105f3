const fround = Math.fround;

/** The variance stays above this: float32's epsilon. */
export const varianceFloor = 1.1920928955078125e-7;

/** Running mean and variance of vectors, in float32 as the reference has them. */
export interface RunningStatistics {
  /** The mean of every component. */
  readonly mean: Float32Array;
  /** The population variance of every component. */
  readonly variance: Float32Array;
  /** How many vectors they are of. */
  readonly count: number;
}

/**
 * The statistics of no vectors yet: mean 0, variance 1, and a count that is almost 0.
 *
 * @param size How many components a vector has.
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
 * Merges m vectors, laid end to end, into statistics of n, by the formula of Chan, Golub and
 * LeVeque:
 *
 *     mean += δ · m / (n + m),   δ = meanₘ - mean
 *     var = (n · var + m · varₘ + δ² · n · m / (n + m)) / (n + m)
 *
 * @param rows The number of vectors, m.
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
    const between = delta ** 2 * before.count * rows / total;
    mean[i] = before.mean[i] + delta * rows / total;
    variance[i] = (before.variance[i] * before.count + squares + between) / total;
  }
  return { mean, variance, count: total };
}

/**
 * Scales vectors, laid end to end, to mean 0 and variance 1: clip((x - mean) / √(var + ε), ±limit).
 */
export function normalizeVectors(
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
