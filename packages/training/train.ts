import type { ILCSan, ILCSanParams } from "@spikeloop/actor";
import { type Key, normal, split, uniform } from "@spikeloop/random";
import { tensor } from "@spikeloop/tensor";
import { type Environment, limit } from "./environment.ts";
import { ReplayBuffer } from "./replay_buffer.ts";
import { normalise, type RunningStatistics } from "./running_statistics.ts";
import type { Td3, Td3State } from "./td3.ts";

/** What `trainTd3` takes. */
export interface TrainOptions {
  /** The task. */
  readonly environment: Environment;
  /** The learner, with its actor. */
  readonly agent: Td3;
  /** Where all random numbers come from. */
  readonly key: Key;
  /** How many steps of the environment. */
  readonly steps: number;
  /** Experiences per update; 100 if missing. */
  readonly batchSize?: number;
  /** So many steps are random before the actor acts; 1,000 if missing. */
  readonly startSteps?: number;
  /** Updates begin after so many steps; 1,000 if missing. */
  readonly updateAfter?: number;
  /** Standard deviation of the noise on actions; 0.1 if missing. */
  readonly actNoise?: number;
  /** Experiences kept; as many as steps, at most a million, if missing. */
  readonly replaySize?: number;
}

/** Where training stands. */
export interface TrainProgress {
  /** Steps done. */
  readonly step: number;
  /** The return of the episode that ended with this step; undefined where none did. */
  readonly episodeReturn: number | undefined;
  /** The networks and what the optimisers remember. */
  readonly state: Td3State;
  /** What observations are normalised with. */
  readonly statistics: RunningStatistics;
}

/** What observations are limited to once they are normalised. */
const observationLimit = 3;

/** The action for one raw observation. */
export function act(
  actor: ILCSan,
  params: ILCSanParams,
  statistics: RunningStatistics,
  observation: ArrayLike<number>,
  key?: Key,
): Float32Array {
  const seen = tensor(normalise(statistics, observation, observationLimit), [
    1,
    observation.length,
  ]);
  return actor.apply(params, seen, { key }).dataSync();
}

/**
 * Trains an actor with one update per step: a generator that yields after every step of the environment, so that the
 * caller may show, save or stop at any time.
 *
 * @throws {TypeError} if the actor does not fit the environment. @throws {RangeError} if a number is out of range.
 */
export function* trainTd3(options: TrainOptions): Generator<TrainProgress, void> {
  const {
    environment,
    agent,
    steps,
    batchSize = 100,
    startSteps = 1000,
    updateAfter = 1000,
    actNoise = 0.1,
  } = options;
  const { replaySize = Math.min(Math.max(steps, 1), 1e6) } = options;
  const { actor } = agent.options;
  const { obsDim, actDim, actLimit } = actor.options;
  const { observationSpace, actionSpace } = environment;
  if (observationSpace.low.length !== obsDim || actionSpace.low.length !== actDim) {
    throw new TypeError(
      `Cannot train on ${environment.name}: it has ${observationSpace.low.length} observations and ` +
        `${actionSpace.low.length} actions, the actor ${obsDim} and ${actDim}`,
    );
  }
  for (const [name, n] of Object.entries({ steps, batchSize, startSteps, updateAfter })) {
    if (!Number.isInteger(n) || n < 0) {
      throw new RangeError(
        `Cannot train: ${name} is ${String(n)}, expected an integer of at least 0`,
      );
    }
  }
  const [initKey, stepKey] = split(options.key);
  const buffer = new ReplayBuffer({
    obsDim,
    actDim,
    size: replaySize,
    clipLimit: observationLimit,
  });
  let state = agent.init(initKey);
  let next = stepKey;
  let observation: readonly number[] | undefined;
  let episodeReturn = 0;
  for (let step = 1; step <= steps; step++) {
    const keys = split(next, 6);
    next = keys[0];
    observation ??= environment.reset(keys[1]);
    const action = step <= startSteps
      ? uniform(keys[2], [actDim], { min: -actLimit, max: actLimit }).dataSync()
      : explore(
        act(actor, state.networks.actor, buffer.statistics, observation, keys[2]),
        keys[3],
        actNoise,
        actLimit,
      );
    const result = environment.step(action);
    buffer.store({
      observation,
      action,
      reward: result.reward,
      nextObservation: result.observation,
      done: result.terminated,
    });
    episodeReturn += result.reward;
    if (step > updateAfter) {
      const batch = buffer.sample(keys[4], batchSize);
      [state] = agent.update(state, batch, { timer: step, key: keys[5] });
    }
    const ended = result.terminated || result.truncated;
    yield {
      step,
      episodeReturn: ended ? episodeReturn : undefined,
      state,
      statistics: buffer.statistics,
    };
    observation = ended ? undefined : result.observation;
    if (ended) episodeReturn = 0;
  }
}

function explore(action: Float32Array, key: Key, noise: number, bound: number): Float32Array {
  const drawn = normal(key, [action.length]).dataSync();
  return action.map((a, i) => limit(a + noise * drawn[i], -bound, bound));
}

/** What `evaluateActor` takes. */
export interface EvaluateOptions {
  /** The task. */
  readonly environment: Environment;
  /** The network that acts, without noise. */
  readonly actor: ILCSan;
  /** Its parameters. */
  readonly params: ILCSanParams;
  /** What observations are normalised with. */
  readonly statistics: RunningStatistics;
  /** How many episodes. */
  readonly episodes: number;
  /** Where the first states come from. */
  readonly key: Key;
}

/** The return of every episode. */
export function evaluateActor(options: EvaluateOptions): number[] {
  const { environment, actor, params, statistics, episodes, key } = options;
  return split(key, episodes).map((episodeKey) => {
    let [next, startKey] = split(episodeKey);
    let observation = environment.reset(startKey);
    let total = 0;
    for (;;) {
      const keys = split(next);
      next = keys[0];
      const result = environment.step(act(actor, params, statistics, observation, keys[1]));
      total += result.reward;
      if (result.terminated || result.truncated) return total;
      observation = result.observation;
    }
  });
}
