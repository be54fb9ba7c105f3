import { checkOptions, fail, refuse, takeCount, takeNumber } from "@spikeloop/errors";
import { type Key, normal, split, uniform } from "@spikeloop/random";
import { act, observationLimit } from "./act.ts";
import { type Environment, limit } from "./environment.ts";
import { ReplayBuffer } from "./replay_buffer.ts";
import type { RunningStatistics } from "./running_statistics.ts";
import type { Td3, Td3State } from "./td3.ts";

/** The options of `trainTd3`. */
export interface TrainOptions {
  /** The task. */
  readonly environment: Environment;
  /** The agent that learns, with its actor. */
  readonly agent: Td3;
  /** Draws all random numbers. */
  readonly key: Key;
  /** Steps of the environment. */
  readonly steps: number;
  /** The networks to start from; fresh ones if missing. */
  readonly state?: Td3State;
  /** Experiences per update; 100 if missing. */
  readonly batchSize?: number;
  /** Random steps before the actor acts; 1,000 if missing. */
  readonly startSteps?: number;
  /** Steps before the first update; 1,000 if missing. */
  readonly updateAfter?: number;
  /**
   * Updates come in bursts: after every so many steps, as many updates; 1 if missing.
   * SpikingJelly's example has 50.
   */
  readonly updateEvery?: number;
  /** The standard deviation of the noise on actions; 0.1 if missing. */
  readonly actNoise?: number;
  /** The size of the replay buffer; `steps`, but at most a million, if missing. */
  readonly replaySize?: number;
}

/** The progress of training. */
export interface TrainProgress {
  /** The steps so far. */
  readonly step: number;
  /** The return of the episode that ended with this step; undefined if none did. */
  readonly episodeReturn: number | undefined;
  /** The networks and the states of the optimizers. */
  readonly state: Td3State;
  /** The statistics that normalize observations. */
  readonly statistics: RunningStatistics;
}

const optionNames: readonly (keyof TrainOptions)[] = [
  "environment",
  "agent",
  "key",
  "steps",
  "state",
  "batchSize",
  "startSteps",
  "updateAfter",
  "updateEvery",
  "actNoise",
  "replaySize",
];

/** Checks the options and fills in the defaults. */
function resolveTrainOptions(options: TrainOptions) {
  const action = "train";
  checkOptions(action, options, optionNames);
  const { environment, agent, batchSize = 100, startSteps = 1000, updateAfter = 1000 } = options;
  const { updateEvery = 1, actNoise = 0.1 } = options;
  if (typeof environment?.step !== "function") {
    refuse(action, "environment", environment, "one such as pendulum()");
  }
  if (typeof agent?.update !== "function") {
    refuse(action, "agent", agent, "one; make it with td3({ actor })");
  }
  const { obsDim, actDim } = agent.options.actor.options;
  const [observations, actions] = [environment.observationSpace, environment.actionSpace]
    .map((space) => space.low.length);
  if (observations !== obsDim || actions !== actDim) {
    fail(
      `train on ${environment.name}`,
      `it has ${observations} observations and ${actions} actions, the actor ${obsDim} and ${actDim}`,
    );
  }
  const steps = takeCount(action, "steps", options.steps, 0);
  const { replaySize = Math.min(Math.max(steps, 1), 1e6) } = options;
  return {
    ...options,
    steps,
    batchSize: takeCount(action, "batchSize", batchSize),
    startSteps: takeCount(action, "startSteps", startSteps, 0),
    updateAfter: takeCount(action, "updateAfter", updateAfter, 0),
    updateEvery: takeCount(action, "updateEvery", updateEvery),
    actNoise: takeNumber(action, "actNoise", actNoise, { min: 0 }),
    replaySize,
  };
}

/**
 * Trains an actor by TD3. The generator yields after every step of the environment, so that the
 * caller may show, save or stop at any time. Later steps do not change the values that it yields.
 *
 * @throws {TypeError} if an option is unknown, missing or of the wrong kind, or the actor does not
 * fit the environment.
 * @throws {RangeError} if a number is out of range.
 *
 * @example
 * ```ts
 * import { ilcSan } from "@spikeloop/actor";
 * import { pendulum, td3, trainTd3 } from "@spikeloop/training";
 * import { key } from "@spikeloop/random";
 * import { assertEquals } from "@std/assert";
 *
 * const actor = ilcSan({ obsDim: 3, actDim: 1, hiddenSizes: [8], actLimit: 2 });
 * const agent = td3({ actor, criticSizes: [8] });
 * const options = { environment: pendulum(), agent, key: key(0), steps: 60, updateAfter: 50 };
 * let done = 0;
 * for (const { step } of trainTd3(options)) done = step;
 * assertEquals(done, 60);
 * ```
 */
export function* trainTd3(options: TrainOptions): Generator<TrainProgress, void> {
  const { environment, agent, steps, batchSize, startSteps, ...rest } = resolveTrainOptions(
    options,
  );
  const { updateAfter, updateEvery, actNoise, replaySize } = rest;
  const { actor } = agent.options;
  const { obsDim, actDim, actLimit } = actor.options;
  const [initKey, stepKey] = split(options.key);
  const buffer = new ReplayBuffer({
    obsDim,
    actDim,
    size: replaySize,
    clipLimit: observationLimit,
  });
  let state = options.state ?? agent.init(initKey);
  let lastKey = stepKey;
  let observation: readonly number[] | undefined;
  let episodeReturn = 0;
  for (let step = 1; step <= steps; step++) {
    const [nextKey, resetKey, actKey, noiseKey, updateKey] = split(lastKey, 5);
    lastKey = nextKey;
    observation ??= environment.reset(resetKey);
    const policy = { actor, params: state.networks.actor, statistics: buffer.statistics };
    const action = step <= startSteps
      ? uniform(actKey, [actDim], { min: -actLimit, max: actLimit }).dataSync()
      : addNoise(act(policy, observation, actKey), noiseKey, actNoise, actLimit);
    const result = environment.step(action);
    buffer.store({
      observation,
      action,
      reward: result.reward,
      nextObservation: result.observation,
      done: result.terminated,
    });
    episodeReturn += result.reward;
    if (step > updateAfter && step % updateEvery === 0) {
      split(updateKey, updateEvery).forEach((burstKey, i) => {
        const [sampleKey, key] = split(burstKey);
        // Every burst starts its own count, as in the reference.
        const timer = updateEvery === 1 ? step : i;
        [state] = agent.update(state, buffer.sample(sampleKey, batchSize), { timer, key });
      });
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

/** Adds noise of a standard deviation to an action, and limits the sum to ±bound. */
function addNoise(action: Float32Array, key: Key, deviation: number, bound: number): Float32Array {
  const noise = normal(key, [action.length]).dataSync();
  return action.map((a, i) => limit(a + deviation * noise[i], -bound, bound));
}
