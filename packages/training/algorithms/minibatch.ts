import { type Tensor, tensor } from "@spikeloop/tensor";
import { standardize } from "./advantages.ts";

/** The rows of a rollout side by side. */
export interface Minibatch {
  readonly observation: Tensor;
  readonly sample: Tensor;
  /** log π of the policy that drew the sample. */
  readonly logDensity: Tensor;
  readonly advantage: Tensor;
  /** The value that the value network learns to say, in its units. */
  readonly goal: Tensor;
}

/** The rows of a rollout with these indices. */
export function gather(
  source: Readonly<Record<keyof Minibatch, Float32Array>>,
  indices: Float32Array,
  obsDim: number,
  actDim: number,
  normalizeAdvantages: boolean,
): Minibatch {
  const { length } = indices;
  const rows = (from: Float32Array, width: number) => {
    const data = new Float32Array(length * width);
    for (let r = 0; r < length; r++) {
      for (let i = 0; i < width; i++) data[r * width + i] = from[indices[r] * width + i];
    }
    return data;
  };
  const advantage = rows(source.advantage, 1);
  if (normalizeAdvantages) standardize(advantage);
  return {
    observation: tensor(rows(source.observation, obsDim), [length, obsDim]),
    sample: tensor(rows(source.sample, actDim), [length, actDim]),
    logDensity: tensor(rows(source.logDensity, 1), [length]),
    advantage: tensor(advantage, [length]),
    goal: tensor(rows(source.goal, 1), [length]),
  };
}
