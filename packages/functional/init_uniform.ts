import type { Shape } from "@spikeloop/backend";
import type { Tensor } from "@spikeloop/tensor";
import { type Key, split, uniform } from "@spikeloop/random";
import type { Placement } from "./population.ts";

/** What a layer of PyTorch learns. */
export interface WeightAndBias {
  /** Drawn first. */
  readonly weight: Tensor;
  /** One number per output. */
  readonly bias: Tensor;
}

/**
 * Weight and bias as PyTorch's layers draw them: both U(-1/√fanIn, 1/√fanIn), which is what Kaiming's rule with
 * a = √5 comes to.
 */
export function initUniform(
  key: Key,
  fanIn: number,
  shapes: { readonly weight: Shape; readonly bias: Shape },
  placement: Placement = {},
): WeightAndBias {
  const [weightKey, biasKey] = split(key);
  const bound = 1 / Math.sqrt(fanIn);
  const options = { min: -bound, max: bound, ...placement };
  return {
    weight: uniform(weightKey, shapes.weight, options),
    bias: uniform(biasKey, shapes.bias, options),
  };
}
