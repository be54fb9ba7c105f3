import { isDiscrete, type Space } from "@spikeloop/actor";
import type { Backend } from "@spikeloop/backend";
import { fail } from "@spikeloop/errors";
import { type Key, uniform } from "@spikeloop/random";
import { type Tensor, tensor, type TensorLike } from "@spikeloop/tensor";
import { limit } from "./limit.ts";

/** The bounds of actions in a box, in the forms that agents need. */
export interface ActionBounds {
  /** Half the range of every component. */
  readonly half: readonly number[];
  /** The low and the high bounds, as numbers where they are the same for all components. */
  limits(backend: Backend): [low: TensorLike, high: TensorLike];
  /** Numbers as they are, or in units of half the range. */
  scaled(isScaled: boolean, numbers: readonly number[], backend: Backend): TensorLike[];
  /** Draws an action, evenly within the bounds. */
  draw(key: Key): Float32Array;
  /** Limits an action to the bounds, in place. */
  clip(action: Float32Array): Float32Array;
}

/** Makes the bounds of a box with finite bounds. */
export function actionBounds(space: Space): ActionBounds {
  if (isDiscrete(space)) fail("use the bounds of actions", "they are choices, expected a box");
  const { low, high } = space;
  const actDim = low.length;
  const half = low.map((x, i) => (high[i] - x) / 2);
  const isUniform = low.every((x, i) => x === low[0] && high[i] === high[0]);
  const vector = (numbers: readonly number[], backend: Backend): Tensor =>
    tensor([...numbers], [actDim], { backend });
  return Object.freeze<ActionBounds>({
    half,
    limits: (backend) =>
      isUniform ? [low[0], high[0]] : [vector(low, backend), vector(high, backend)],
    scaled: (isScaled, numbers, backend) =>
      numbers.map((x) =>
        !isScaled ? x : isUniform ? x * half[0] : vector(half.map((h) => x * h), backend)
      ),
    draw: (key) => {
      if (isUniform) return uniform(key, [actDim], { min: low[0], max: high[0] }).dataSync();
      const x = uniform(key, [actDim]).dataSync();
      return x.map((u, i) => limit(low[i] + u * (high[i] - low[i]), low[i], high[i]));
    },
    clip: (action) => {
      for (let i = 0; i < actDim; i++) action[i] = limit(action[i], low[i], high[i]);
      return action;
    },
  });
}
