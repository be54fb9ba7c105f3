import { key, uniform } from "@spikeloop/random";

/** The least and the most of numbers, however many they are. */
export const rangeOf = (x: readonly number[]): readonly [least: number, most: number] =>
  x.reduce(([least, most], y) => [Math.min(least, y), Math.max(most, y)], [Infinity, -Infinity]);

/** The most resamples or divisions that are gone through one by one; of more, some are drawn. */
const mostExact = 50_000;

/** The resamples or divisions that are drawn where there are too many. */
const drawn = 10_000;

/** The share of means on each side of an interval at 95 %. */
const tail = (1 - 0.95) / 2;

/** The quantile of sorted numbers at a share from 0 to 1, with linear interpolation. */
export function quantile(sorted: readonly number[], share: number): number {
  const place = share * (sorted.length - 1);
  const below = Math.floor(place);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
}

/**
 * The bootstrapped interval of the mean at 95 %: the quantiles of the means of resamples with
 * replacement. Up to six numbers have all their nⁿ resamples, more have 10,000 that are always the
 * same.
 */
export function bootstrapInterval(values: readonly number[]): readonly [low: number, high: number] {
  const n = values.length;
  const isExact = n ** n <= mostExact;
  const count = isExact ? n ** n : drawn;
  const draws = isExact ? undefined : uniform(key(0), [count, n]).dataSync();
  const means = Array.from({ length: count }, (_, i) => {
    let sum = 0;
    for (let j = 0; j < n; j++) {
      const place = draws === undefined
        ? Math.floor(i / n ** j) % n
        : Math.floor(draws[i * n + j] * n);
      sum += values[place];
    }
    return sum / n;
  }).sort((a, b) => a - b);
  return [quantile(means, tail), quantile(means, 1 - tail)];
}

/**
 * The p-value of the difference of two means, by a permutation test of both sides: the share of
 * divisions of all numbers into groups of these sizes whose means differ as much.
 */
export function permutationTest(a: readonly number[], b: readonly number[]): number {
  const all = [...a, ...b];
  const total = all.reduce((x, y) => x + y, 0);
  const differs = (sum: number) => Math.abs(sum / a.length - (total - sum) / b.length);
  const observed = differs(a.reduce((x, y) => x + y, 0)) * (1 - 1e-12);
  let [count, extreme] = [0, 0];
  const take = (sum: number) => {
    count++;
    if (differs(sum) >= observed) extreme++;
  };
  if (divisions(all.length, a.length) <= mostExact) {
    const choose = (from: number, left: number, sum: number) => {
      if (left === 0) return take(sum);
      for (let i = from; i <= all.length - left; i++) choose(i + 1, left - 1, sum + all[i]);
    };
    choose(0, a.length, 0);
    return extreme / count;
  }
  const draws = uniform(key(0), [drawn, all.length]).dataSync();
  for (let i = 0; i < drawn; i++) {
    const order = draws.subarray(i * all.length, (i + 1) * all.length);
    const places = all.map((_, j) => j).sort((x, y) => order[x] - order[y]);
    take(places.slice(0, a.length).reduce((sum, j) => sum + all[j], 0));
  }
  return (extreme + 1) / (count + 1);
}

/** n over k. */
function divisions(n: number, k: number): number {
  let product = 1;
  for (let i = 1; i <= k; i++) product *= (n - k + i) / i;
  return product;
}
