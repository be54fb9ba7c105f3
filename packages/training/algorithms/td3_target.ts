import type { Actor } from "@spikeloop/actor";
import * as e from "@spikeloop/expr";
import type { Key } from "@spikeloop/random";
import { elementwise, type Tensor } from "@spikeloop/tensor";
import { actionBounds } from "../action_bounds.ts";
import type { Batch } from "../batch.ts";
import type { ResolvedTd3Options } from "../td3_options.ts";
import type { Td3Networks } from "../td3_state.ts";
import { bellmanTarget, type TwinCritics } from "../twin_critics.ts";

/** The networks, experiences and noise on which the target of a batch depends. */
export interface TargetInput {
  readonly targets: Td3Networks;
  readonly batch: Pick<Batch, "reward" | "nextObservation" | "done" | "discount">;
  /** Standard normal noise [B, actDim]. */
  readonly noise: Tensor;
}

/** The options of TD3 that matter to a target. */
export type TargetOptions = Pick<
  ResolvedTd3Options,
  "targetNoise" | "noiseClip" | "scaleNoise" | "gamma"
>;

/** clip(action + clip(scale · noise, ±limit), low, high) */
const perturbedAction = /* @__PURE__ */ elementwise(
  "target noise",
  6,
  (action, noise, scale, limit, low, high) => {
    const clip = (x: e.Expr, low: e.Expr, high: e.Expr) => e.max(e.min(x, high), low);
    return clip(e.add(action, clip(e.mul(noise, scale), e.neg(limit), limit)), low, high);
  },
);

/** Makes the function that computes the values that critics learn from a batch, [B]. */
export function makeTarget(
  actor: Actor,
  twins: TwinCritics,
  { targetNoise, noiseClip, scaleNoise, gamma }: TargetOptions,
): (input: TargetInput, key?: Key) => Tensor {
  const bounds = actionBounds(actor.actionSpace);
  return ({ targets, batch, noise }, key) => {
    const { reward, nextObservation, done, discount = gamma } = batch;
    const { backend } = nextObservation;
    const action = perturbedAction(
      actor.apply(targets.actor, nextObservation, key && { key }),
      noise,
      ...bounds.scaled(scaleNoise, [targetNoise, noiseClip], backend),
      ...bounds.limits(backend),
    );
    return bellmanTarget(reward, done, twins.smallest(targets, nextObservation, action), discount);
  };
}
