import type { Tensor } from "@spikeloop/tensor";
import { add, div, mul } from "@spikeloop/tensor";
import type { CriticParams } from "../critic.ts";

/** The mean and the variance of all returns so far: the units of a value network. */
export type ReturnScale = {
  /** The mean. */
  readonly mean: number;
  /** The population variance. */
  readonly variance: number;
  /** How many returns they are of. */
  readonly count: number;
};

/** The scale before the first return. */
export const unitScale: ReturnScale = Object.freeze({ mean: 0, variance: 1, count: 0 });

/** The deviation of returns, which is never 0. */
export const deviationOf = ({ variance }: ReturnScale): number => Math.sqrt(variance) + 1e-8;

/** The scale with further returns. */
export function mergeReturns(scale: ReturnScale, returns: ArrayLike<number>): ReturnScale {
  const { length } = returns;
  let [sum, squares] = [0, 0];
  for (let i = 0; i < length; i++) sum += returns[i];
  const own = sum / length;
  for (let i = 0; i < length; i++) squares += (returns[i] - own) ** 2;
  const count = scale.count + length;
  const shift = own - scale.mean;
  const between = shift ** 2 * scale.count * length / count;
  return {
    mean: scale.mean + shift * length / count,
    variance: (scale.variance * scale.count + squares + between) / count,
    count,
  };
}

/**
 * Changes the units of a value network and leaves what it says: of its last layer
 *
 *     w' = w · σ / σ',   b' = (b · σ + μ - μ') / σ'
 *
 * Source: van Hasselt et al., "Learning values across many orders of magnitude", 2016.
 */
export function changeUnits(
  params: CriticParams,
  lastLayer: string,
  from: ReturnScale,
  to: ReturnScale,
): CriticParams {
  const [before, after] = [from, to].map(deviationOf);
  const names = { weight: `${lastLayer}.weight`, bias: `${lastLayer}.bias` };
  const scaled = (x: Tensor) => mul(x, before / after);
  return {
    ...params,
    [names.weight]: scaled(params[names.weight]),
    [names.bias]: div(add(mul(params[names.bias], before), from.mean - to.mean), after),
  };
}
