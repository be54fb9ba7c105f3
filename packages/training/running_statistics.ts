import { refuse, takeCount, takeNumber } from "@spikeloop/errors";
import { limit } from "./limit.ts";
import { takeObject } from "./take_object.ts";
import { takeVector } from "./take_vector.ts";

const { fround } = Math;
/** The largest number of float32. */
const largest = 3.4028234663852886e38;

/** The limit of normalized observations, on both sides of 0, where none is given. */
const observationLimit = 3;

/** The variance stays above this: float32's epsilon. */
const varianceFloor = 1.1920928955078125e-7;

/** Running mean and variance of vectors, in float32 as the reference has them. */
export interface RunningStatistics {
  /** The mean of every component. */
  readonly mean: Float32Array;
  /** The population variance of every component. */
  readonly variance: Float32Array;
  /** How many vectors they are of. */
  readonly count: number;
  /** The limit of normalized vectors, on both sides of 0; 3 if missing. */
  readonly clipLimit?: number;
}

/**
 * The statistics of no vectors yet: mean 0, variance 1, and a count that is almost 0, as in the
 * reference. The first vectors replace them.
 *
 * @param size How many components a vector has.
 * @throws {TypeError} if the size is not a number.
 * @throws {RangeError} if it is not an integer of at least 1.
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
  takeCount("make statistics", "size", size);
  if (size > 2 ** 24) refuse("make statistics", "size", size, "at most 2²⁴", RangeError);
  return {
    mean: new Float32Array(size),
    variance: new Float32Array(size).fill(1),
    count: varianceFloor,
    clipLimit: observationLimit,
  };
}

/**
 * Checks statistics.
 *
 * @param size The number of components; any if missing.
 * @param defaultLimit The limit where they name none; 3 if missing.
 * @returns A copy.
 * @throws {TypeError} if they are of another kind or size.
 * @throws {RangeError} if a mean is not finite, or a variance or the count is negative.
 */
export function takeStatistics(
  action: string,
  value: unknown,
  size?: number,
  defaultLimit?: number,
): Required<RunningStatistics> {
  const source = takeObject(
    action,
    "statistics",
    value as RunningStatistics,
    "{ mean, variance, count }, such as emptyStatistics(3)",
  );
  const mean = takeVector(action, "statistics.mean", source.mean, size);
  const variance = takeVector(action, "statistics.variance", source.variance, mean.length);
  const negative = variance.findIndex((v) => v < 0);
  if (negative >= 0) {
    takeNumber(action, `statistics.variance[${negative}]`, variance[negative], { min: 0 });
  }
  const { clipLimit = defaultLimit } = source;
  return {
    mean: new Float32Array(mean),
    variance: new Float32Array(variance),
    count: takeNumber(action, "statistics.count", source.count, { min: 0 }),
    clipLimit: takeClipLimit(action, "statistics.clipLimit", clipLimit),
  };
}

/**
 * Checks a limit of normalized observations: a number above 0, or Infinity for none.
 *
 * @returns The limit; 3 if it is undefined.
 * @throws {TypeError} if it is not a number.
 * @throws {RangeError} if it is not above 0.
 */
export function takeClipLimit(action: string, name: string, value: unknown): number {
  if (value === undefined) return observationLimit;
  return value === Infinity ? value : takeNumber(action, name, value, { above: 0 });
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
  // Empty statistics have a count above 0, but are of nothing that was seen.
  const known = before.count < 1 ? 0 : before.count;
  const all = known + rows;
  const mean = new Float32Array(size);
  const variance = new Float32Array(size);
  for (let i = 0; i < size; i++) {
    let sum = 0;
    for (let r = 0; r < rows; r++) sum += vectors[r * size + i];
    const batchMean = sum / rows;
    let squares = 0;
    for (let r = 0; r < rows; r++) squares += (vectors[r * size + i] - batchMean) ** 2;
    const delta = batchMean - before.mean[i];
    const between = delta ** 2 * known * rows / all;
    mean[i] = before.mean[i] + delta * rows / all;
    // Squares of large numbers are beyond float32.
    variance[i] = Math.min((before.variance[i] * known + squares + between) / all, largest);
  }
  return { ...before, mean, variance, count: before.count + rows };
}

/**
 * Scales vectors, laid end to end, to mean 0 and variance 1: clip((x - mean) / √(var + ε), ±limit).
 */
export function normalizeVectors(
  { mean, variance, clipLimit = observationLimit }: RunningStatistics,
  vectors: ArrayLike<number>,
): Float32Array {
  const size = mean.length;
  const numbers = new Float64Array(vectors); // one kind of array, whatever the other is
  const result = new Float32Array(numbers.length);
  const bound = Math.min(clipLimit, largest);
  for (let i = 0; i < size; i++) {
    const deviation = fround(Math.sqrt(fround(variance[i] + varianceFloor)));
    for (let at = i; at < numbers.length; at += size) {
      const scaled = fround(fround(numbers[at] - mean[i]) / deviation);
      result[at] = limit(scaled, -bound, bound);
    }
  }
  return result;
}
