import { type Actor, type BoundActor, isDiscrete, type StochasticActor } from "@spikeloop/actor";
import { fail } from "@spikeloop/errors";
import { uniform } from "@spikeloop/random";
import type { Exploration, Sampled } from "../agent.ts";
import { refuseNoise, takeActor } from "../take_actor.ts";

/**
 * Checks that an actor draws its actions from a distribution, and has no other noise.
 *
 * @throws {TypeError} if it is deterministic, or no actor, or has noise of its own.
 */
export function takeStochasticActor(action: string, value: unknown): StochasticActor {
  const actor = takeActor(action, value);
  refuseNoise(action, actor);
  if (isStochastic(actor)) return actor;
  return fail(
    action,
    'the actor is deterministic, expected one made with logStd: "network" or "parameter"',
  );
}

const isStochastic = (actor: Actor): actor is StochasticActor => actor.distribution !== undefined;

/** Draws an action from the distribution of an actor for one normalized observation. */
export function sampleAction(
  { actionSpace, head }: Actor,
  bound: BoundActor,
  observation: Float32Array,
  { key, noise }: Exploration,
): Sampled {
  const outputs = bound.outputs(observation, undefined, key);
  const isChoice = isDiscrete(actionSpace);
  const random = isChoice ? uniform(key, [1]).dataSync() : noise;
  const sample = head.draw(outputs, random, new Float32Array(head.actDim), bound.logStd);
  const action = isChoice ? sample : head.write(sample, new Float32Array(head.actDim));
  return { action, sample };
}
