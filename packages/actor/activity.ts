import type { Tensor } from "@spikeloop/tensor";
import type { ApplyActorOptions } from "./actor.ts";

/** The options of `apply`. */
export interface ActOptions extends ApplyActorOptions {
  /**
   * The noise that the actor hears, out of `drawNoise`: [T, total] for all rows, or [N, T, total].
   * None if missing.
   */
  readonly noise?: Tensor;
}

/** An action with the activity of every layer. */
export interface Activity {
  /** [N, actDim]. */
  readonly action: Tensor;
  /** The output of the encoder, [T, N, obsDim · encPopDim]. */
  readonly encoded: Tensor;
  /** The spikes of every hidden layer, then of the output population, [T, N, units] each. */
  readonly spikes: readonly Tensor[];
  /**
   * The membrane of the output population after every step, [T, N, outputs · decPopDim]: the
   * neuron's variable v, or its last one. It is not differentiable.
   */
  readonly membrane: Tensor;
  /** The output of the decoder before the hyperbolic tangent, [N, head.outputs]. */
  readonly decoded: Tensor;
}
