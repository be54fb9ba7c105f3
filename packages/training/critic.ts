import { linear, type Placement } from "@spikeloop/functional";
import { type Key, split } from "@spikeloop/random";
import { affine, concat, reshape, type Tensor } from "@spikeloop/tensor";

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
  init(key: Key, placement?: Placement): CriticParams;
  /** Lays observations [N, obsDim] and actions [N, actDim] side by side, as `values` takes them. */
  join(observation: Tensor, action: Tensor): Tensor;
  /** Computes values [N] of observations with actions [N, obsDim + actDim]. */
  values(params: CriticParams, input: Tensor): Tensor;
  /** Computes values [N] of observations [N, obsDim] and actions [N, actDim]. */
  apply(params: CriticParams, observation: Tensor, action: Tensor): Tensor;
}

/**
 * Makes a critic with these hidden layers.
 *
 * @param name The first part of the names of its parameters.
 */
export function makeCritic(
  obsDim: number,
  actDim: number,
  hiddenSizes: readonly number[],
  name = "q",
): Critic {
  const sizes = [obsDim + actDim, ...hiddenSizes, 1];
  const layers = sizes.slice(1).map((outFeatures, i) => ({
    // The reference counts the ReLU layers too.
    weight: `${name}.${2 * i}.weight`,
    bias: `${name}.${2 * i}.bias`,
    options: { relu: i < hiddenSizes.length },
    linear: linear({ inFeatures: sizes[i], outFeatures }),
  }));
  const join = (observation: Tensor, action: Tensor) => concat([observation, action], 1);
  const values = (params: CriticParams, input: Tensor) => {
    let x = input;
    for (const { weight, bias, options } of layers) {
      x = affine(x, params[weight], params[bias], options);
    }
    return reshape(x, [x.size]);
  };
  return {
    shapes: Object.fromEntries(layers.flatMap(({ weight, bias }, i) => [
      [weight, [sizes[i + 1], sizes[i]]],
      [bias, [sizes[i + 1]]],
    ])),
    init: (key, placement) => {
      const keys = split(key, layers.length);
      return Object.fromEntries(layers.flatMap(({ weight, bias, linear }, i) => {
        const params = linear.init(keys[i], placement);
        return [[weight, params.weight], [bias, params.bias]];
      }));
    },
    join,
    values,
    apply: (params, observation, action) => values(params, join(observation, action)),
  };
}
