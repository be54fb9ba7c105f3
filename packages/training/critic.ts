import { linear } from "@spikeloop/functional";
import { type Key, split } from "@spikeloop/random";
import type { Backend } from "@spikeloop/backend";
import { concat, relu, reshape, type Tensor } from "@spikeloop/tensor";

/**
 * The parameters of a critic, by the names in the reference: `q.0.weight`, `q.0.bias`,
 * `q.2.weight`, ...
 */
export type CriticParams = Readonly<Record<string, Tensor>>;

/** A perceptron with ReLU that estimates the return of an action in a state. */
export interface Critic {
  /** The names and shapes of its parameters. */
  readonly shapes: Readonly<Record<string, readonly number[]>>;
  /** Returns fresh parameters. */
  init(key: Key, options?: { readonly backend?: Backend }): CriticParams;
  /** Computes values [N] of observations [N, obsDim] and actions [N, actDim]. */
  apply(params: CriticParams, observation: Tensor, action: Tensor): Tensor;
}

/** Makes a critic with these hidden layers. */
export function makeCritic(obsDim: number, actDim: number, hiddenSizes: readonly number[]): Critic {
  const sizes = [obsDim + actDim, ...hiddenSizes, 1];
  const layers = sizes.slice(1).map((outFeatures, i) => ({
    // The reference counts the ReLU layers too.
    name: `q.${2 * i}`,
    linear: linear({ inFeatures: sizes[i], outFeatures }),
  }));
  return {
    shapes: Object.fromEntries(layers.flatMap(({ name }, i) => [
      [`${name}.weight`, [sizes[i + 1], sizes[i]]],
      [`${name}.bias`, [sizes[i + 1]]],
    ])),
    init: (key, options) => {
      const keys = split(key, layers.length);
      return Object.fromEntries(layers.flatMap(({ name, linear }, i) => {
        const { weight, bias } = linear.init(keys[i], options);
        return [[`${name}.weight`, weight], [`${name}.bias`, bias]];
      }));
    },
    apply: (params, observation, action) => {
      const last = layers.length - 1;
      const value = layers.reduce((x, { name, linear }, i) => {
        const y = linear.apply(
          { weight: params[`${name}.weight`], bias: params[`${name}.bias`] },
          x,
        );
        return i < last ? relu(y) : y;
      }, concat([observation, action], 1));
      return reshape(value, [value.size]);
    },
  };
}
