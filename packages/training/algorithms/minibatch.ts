import type { Backend } from "@spikeloop/backend";
import { type Tensor, tensor } from "@spikeloop/tensor";
import { gatherRows } from "../gather_rows.ts";
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
  const matrix = (from: Float32Array, width: number) =>
    tensor(gatherRows(from, width, indices), [length, width], { backend });
  const vector = (from: Float32Array) =>
    tensor(gatherRows(from, 1, indices), [length], { backend });
  const advantage = gatherRows(source.advantage, 1, indices);
  if (normalizeAdvantages) standardize(advantage);
  return {
    observation: matrix(source.observation, obsDim),
    sample: matrix(source.sample, actDim),
    logDensity: vector(source.logDensity),
    advantage: tensor(advantage, [length], { backend }),
    goal: vector(source.goal),
  };
}
