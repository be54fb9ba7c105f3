import type { Rollout } from "../rollout.ts";
import { advantagesOf } from "./advantages.ts";
import type { Assessed } from "./assessed.ts";
import type { MinibatchSource } from "./minibatch.ts";
import type { ResolvedPpoOptions } from "./ppo_options.ts";
import { deviationOf, mergeReturns, type ReturnScale } from "./return_scale.ts";

/**
 * Computes advantages and goals: in double precision, rounded to float32.
 *
 * @param before The units in which the values are.
 * @returns The rows of all minibatches, with goals in the units of all returns up to this rollout,
 * and these units.
 */
export function prepareRollout(
  rollout: Rollout,
  environments: number,
  { logDensity, ...values }: Assessed,
  before: ReturnScale,
  { gamma, gaeLambda, normalizeReturns }: ResolvedPpoOptions,
): { readonly source: MinibatchSource; readonly returns: ReturnScale } {
  const inRewards = (x: Float32Array) => x.map((v) => v * deviationOf(before) + before.mean);
  const [value, nextValue] = [values.value, values.nextValue].map(inRewards);
  const { observation, sample, reward, terminated, truncated } = rollout;
  const steps = {
    reward: reward.dataSync(),
    value,
    nextValue,
    terminated: terminated.dataSync(),
    truncated: truncated.dataSync(),
  };
  const advantage = advantagesOf(steps, environments, gamma, gaeLambda);
  const goal = advantage.map((a, i) => a + value[i]);
  const returns = normalizeReturns ? mergeReturns(before, goal) : before;
  if (normalizeReturns) {
    const deviation = deviationOf(returns);
    goal.forEach((x, i) => goal[i] = (x - returns.mean) / deviation);
  }
  const source = {
    observation: observation.dataSync(),
    sample: sample.dataSync(),
    logDensity,
    advantage,
    goal,
  };
  return { source, returns };
}
