import type { Backend } from "@spikeloop/backend";
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

/** All rows of a rollout. */
export type MinibatchSource = Readonly<Record<keyof Minibatch, Float32Array>>;

/** The rows of a rollout with these indices, on a backend. */
export function gather(
  source: MinibatchSource,
  indices: Float32Array,
  obsDim: number,
  actDim: number,
  normalizeAdvantages: boolean,
  backend: Backend,
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
    observation: tensor(rows(source.observation, obsDim), [length, obsDim], { backend }),
    sample: tensor(rows(source.sample, actDim), [length, actDim], { backend }),
    logDensity: tensor(rows(source.logDensity, 1), [length], { backend }),
    advantage: tensor(advantage, [length], { backend }),
    goal: tensor(rows(source.goal, 1), [length], { backend }),
  };
}
