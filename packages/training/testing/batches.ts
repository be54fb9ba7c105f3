import { key, normal, uniform } from "@spikeloop/random";
import { tensor, zeros } from "@spikeloop/tensor";
import type { Batch } from "../batch.ts";

/** Six random experiences, with observations and actions as the pendulum has them. */
export const randomBatch: Batch = {
  observation: normal(key(1), [6, 3]),
  action: uniform(key(2), [6, 1], { min: -2, max: 2 }),
  reward: normal(key(3), [6]),
  nextObservation: normal(key(4), [6, 3]),
  done: tensor([0, 1, 0, 0, 1, 0]),
};

/** Experiences in which all numbers are 0. */
export function zeroBatch(rows: number, obsDim: number, actDim: number): Batch {
  return {
    observation: zeros([rows, obsDim]),
    action: zeros([rows, actDim]),
    reward: zeros([rows]),
    nextObservation: zeros([rows, obsDim]),
    done: zeros([rows]),
  };
}
