import type { Tensor } from "@spikeloop/tensor";

/** A normal distribution of the numbers u that `head.action` maps to actions. */
export interface Gaussian {
  /** The means, [N, actDim]. `head.action(mean)` is the action without noise. */
  readonly mean: Tensor;
  /** The logarithms of the standard deviations, [N, actDim]. */
  readonly logStd: Tensor;
}

/** A distribution over the choices of a discrete space. */
export interface Categorical {
  /** The unnormalized logarithms of the probabilities, [N, n]. */
  readonly logits: Tensor;
}

/** The distribution of the actions of a stochastic actor. */
export type Distribution = Gaussian | Categorical;
