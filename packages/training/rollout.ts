import type { Tensor } from "@spikeloop/tensor";

/**
 * The last T steps of N environments, on the CPU. The statistics with which the actor has acted
 * normalize the observations.
 */
export interface Rollout {
  /** The observations before the steps, [T, N, obsDim]. */
  readonly observation: Tensor;
  /** The numbers that were drawn for the actions, [T, N, numbers]: see `Sampled`. */
  readonly sample: Tensor;
  /** The rewards, [T, N]. */
  readonly reward: Tensor;
  /** The observations after the steps, [T, N, obsDim]; at the end of an episode its last one. */
  readonly nextObservation: Tensor;
  /** 1 where the task ended, [T, N]: the value of what follows is 0. */
  readonly terminated: Tensor;
  /** 1 where the episode was cut, [T, N]: the task itself would have gone on. */
  readonly truncated: Tensor;
}
