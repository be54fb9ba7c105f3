import type { BoundActor } from "@spikeloop/actor";
import { type Policy, takePolicy } from "./act.ts";
import { normalizeVectors } from "./running_statistics.ts";
import { obsDimOf } from "./take_actor.ts";
import { takeVector } from "./take_vector.ts";

/**
 * Prepares a policy once for a control loop. It acts on single raw observations, with the bits of
 * `act`, in some microseconds: it normalizes them by the statistics, as `act` does. Later changes
 * of the policy do not reach it.
 *
 * @returns A bound actor, which takes raw observations. It throws a RangeError on an observation
 * with a number that is not finite.
 * @throws {TypeError} if a part of the policy is missing or of the wrong kind, the statistics are
 * of observations of another length, or the parameters do not fit the actor.
 * @throws {RangeError} if a number in the statistics is out of range.
 *
 * @example
 * ```ts
 * import { mlpActor } from "@spikeloop/actor";
 * import { key } from "@spikeloop/random";
 * import { act, bindPolicy, emptyStatistics, pendulum } from "@spikeloop/training";
 * import { assertEquals } from "@std/assert";
 *
 * const task = pendulum();
 * const { observationSpace, actionSpace } = task;
 * const actor = mlpActor({ observationSpace, actionSpace, hiddenSizes: [8] });
 * const policy = { actor, params: actor.init(key(0)), statistics: emptyStatistics(3) };
 *
 * const controller = bindPolicy(policy);
 * const action = new Float32Array(1); // used again at every step
 * let observation = task.reset(key(1));
 * for (let t = 0; t < 10; t++) {
 *   ({ observation } = task.step(controller.act(observation, action)));
 * }
 * assertEquals(controller.act(observation), act(policy, observation));
 * ```
 */
export function bindPolicy(policy: Policy): BoundActor {
  const { actor, params, statistics } = takePolicy("bind a policy", policy);
  const bound = actor.bind(params);
  const obsDim = obsDimOf(actor);
  const normalized = (observation: unknown) =>
    normalizeVectors(statistics, takeVector("act", "observation", observation, obsDim));
  return Object.freeze<BoundActor>({
    ...bound,
    act: (observation, into, key) => bound.act(normalized(observation), into, key),
    outputs: (observation, into, key) => bound.outputs(normalized(observation), into, key),
  });
}
