import { type Shape, sizeOf } from "@spikeloop/backend";
import { type Tensor, uploadTensor } from "@spikeloop/tensor";
import { drawBetween, type Key, split } from "@spikeloop/random";
import type { Placement } from "./layer.ts";

/** The names of weight and bias, or of a weight without bias. */
export type WeightNames<B extends boolean> = B extends true ? "weight" | "bias" : "weight";

/** The parameters of a layer of PyTorch. */
export interface WeightAndBias {
  /** Drawn first. */
  readonly weight: Tensor;
  /** One number per output. */
  readonly bias: Tensor;
}

/**
 * Draws weight and bias as PyTorch's layers do: both U(-1/√fanIn, 1/√fanIn), which equals Kaiming's
 * rule with a = √5.
 */
export function initUniform(
  key: Key,
  fanIn: number,
  shapes: { readonly weight: Shape; readonly bias: Shape },
  placement: Placement = {},
): WeightAndBias {
  const [weightKey, biasKey] = split(key);
  const bound = 1 / Math.sqrt(fanIn);
  const draw = (key: Key, shape: Shape) =>
    uploadTensor(drawBetween(key, sizeOf(shape), -bound, bound), shape, placement);
  return { weight: draw(weightKey, shapes.weight), bias: draw(biasKey, shapes.bias) };
}
