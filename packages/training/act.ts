import { fail } from "@spikeloop/errors";
import type { Activity, Actor, ActorParams } from "@spikeloop/actor";
import type { Key } from "@spikeloop/random";
import { type Tensor, tensor } from "@spikeloop/tensor";
import { normalizeVectors, type RunningStatistics, takeStatistics } from "./running_statistics.ts";
import { isIlcSan, obsDimOf, takeActor } from "./take_actor.ts";
import { takeObject } from "./take_object.ts";
import { takeVector } from "./take_vector.ts";

/** An actor with its parameters and the statistics that normalize its observations. */
export interface Policy {
  /** The network. */
  readonly actor: Actor;
  /** Its parameters. */
  readonly params: ActorParams;
  /** The statistics of observations. */
  readonly statistics: RunningStatistics;
}

/**
 * Computes actions from raw observations; a choice is one number. Both are laid end to end.
 * Observations are normalized by the statistics, and limited to their `clipLimit`, ±3 if it is
 * missing.
 *
 * @param key Draws the random numbers of an actor that needs some, such as `ilcSan`'s with random
 * spikes; others need no key.
 * @throws {TypeError} if a part of the policy is missing or of the wrong kind.
 * @throws {TypeError} if the numbers are no whole observations, the statistics are of observations
 * of another length, or the parameters do not fit the actor.
 * @throws {RangeError} if a number is not finite in float32.
 *
 * @example
 * ```ts
 * import { ilcSan } from "@spikeloop/actor";
 * import { key } from "@spikeloop/random";
 * import { act, emptyStatistics } from "@spikeloop/training";
 * import { assertEquals } from "@std/assert";
 *
 * const actor = ilcSan({ obsDim: 3, actDim: 1, hiddenSizes: [8] });
 * const policy = { actor, params: actor.init(key(0)), statistics: emptyStatistics(3) };
 * assertEquals(act(policy, [0.1, 0.2, 0.3, 0.4, 0.5, 0.6]).length, 2); // two observations
 * ```
 */
export function act(policy: Policy, observations: ArrayLike<number>, key?: Key): Float32Array {
  const { actor, params, statistics } = takePolicy("act", policy);
  const x = normalized(actor, statistics, observations);
  return actor.apply(params, x, { key }).dataSync();
}

/**
 * Does the same as `act` with an actor of `ilcSan`, and returns the activity of every layer: its
 * spikes, and the membranes of its output population.
 *
 * @throws {TypeError} in the cases of `act`, or if the actor is not one of `ilcSan`.
 * @throws {RangeError} if a number is not finite in float32.
 *
 * @example
 * ```ts
 * import { ilcSan } from "@spikeloop/actor";
 * import { key } from "@spikeloop/random";
 * import { actWithSpikes, emptyStatistics } from "@spikeloop/training";
 * import { assertEquals } from "@std/assert";
 *
 * const actor = ilcSan({ obsDim: 3, actDim: 1, hiddenSizes: [8], timeSteps: 5 });
 * const policy = { actor, params: actor.init(key(0)), statistics: emptyStatistics(3) };
 * const { spikes: [hidden, output] } = actWithSpikes(policy, [0.1, 0.2, 0.3]);
 * assertEquals(hidden.shape, [5, 1, 8]); // [T, N, units]
 * assertEquals(output.shape, [5, 1, 10]);
 * ```
 */
export function actWithSpikes(
  policy: Policy,
  observations: ArrayLike<number>,
  key?: Key,
): Activity {
  const { actor, params, statistics } = takePolicy("act", policy);
  if (!isIlcSan(actor)) {
    fail("act", `the actor's kind is ${actor.kind}, expected one of ilcSan, whose spikes it shows`);
  }
  const x = normalized(actor, statistics, observations);
  return actor.applyWithSpikes(params, x, { key });
}

/** Normalizes raw observations, and lays them out as [N, obsDim]. */
function normalized(
  actor: Actor,
  statistics: RunningStatistics,
  observations: ArrayLike<number>,
): Tensor {
  const obsDim = obsDimOf(actor);
  const vectors = takeVector("act", "observations", observations);
  const rows = vectors.length / obsDim;
  if (!Number.isInteger(rows)) {
    fail("act", `observations.length is ${vectors.length}, expected a multiple of ${obsDim}`);
  }
  return tensor(normalizeVectors(statistics, vectors), [rows, obsDim]);
}

/**
 * Checks a policy, except for its parameters, which the actor checks whenever it acts.
 *
 * @throws {TypeError} if a part is missing or of the wrong kind, or the statistics are of
 * observations of another length.
 * @throws {RangeError} if the statistics hold a number that is not finite, or a negative variance.
 */
export function takePolicy(action: string, value: Policy): Policy {
  const policy = takeObject(action, "the policy", value, "{ actor, params, statistics }");
  const actor = takeActor(action, policy.actor);
  const obsDim = obsDimOf(actor);
  const statistics = takeStatistics(action, policy.statistics);
  const { length } = statistics.mean;
  if (length !== obsDim) {
    fail(
      action,
      `the statistics have length ${length}, the actor's observations have ${obsDim}`,
    );
  }
  return { actor, params: policy.params, statistics };
}
