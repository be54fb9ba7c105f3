import { checkOptions, describeOption } from "@spikeloop/errors";
import { type Key, normal, split, uniform } from "@spikeloop/random";
import { type Environment, limit } from "./environment.ts";
import { act, observationLimit } from "./evaluate_actor.ts";
import { ReplayBuffer } from "./replay_buffer.ts";
import type { RunningStatistics } from "./running_statistics.ts";
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
  /** The networks to start from; fresh ones if missing. */
  readonly state?: Td3State;
  /** Experiences per update; 100 if missing. */
  readonly batchSize?: number;
  /** So many steps are random before the actor acts; 1,000 if missing. */
  readonly startSteps?: number;
  /** Updates begin after so many steps; 1,000 if missing. */
  readonly updateAfter?: number;
  /** Every so many steps as many updates are made in a row; 1 if missing. SpikingJelly's example has 50. */
  readonly updateEvery?: number;
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
  /** The networks and what the optimizers remember. */
  readonly state: Td3State;
  /** What observations are normalised with. */
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

function checkTraining(options: TrainOptions): void {
  checkOptions("train", options, optionNames);
  const { environment, agent, ...rest } = options;
  if (typeof environment?.step !== "function") {
    throw new TypeError(
      `Cannot train: environment is ${
        describeOption(environment)
      }, expected one such as pendulum()`,
    );
  }
  if (typeof agent?.update !== "function") {
    throw new TypeError(
      `Cannot train: agent is ${describeOption(agent)}, expected one; make it with td3({ actor })`,
    );
  }
  const { obsDim, actDim } = agent.options.actor.options;
  const { observationSpace, actionSpace } = environment;
  if (observationSpace.low.length !== obsDim || actionSpace.low.length !== actDim) {
    throw new TypeError(
      `Cannot train on ${environment.name}: it has ${observationSpace.low.length} observations and ` +
        `${actionSpace.low.length} actions, the actor ${obsDim} and ${actDim}`,
    );
  }
  const { steps, startSteps = 0, updateAfter = 0, batchSize = 1, updateEvery = 1 } = rest;
  const least = { steps: 0, startSteps: 0, updateAfter: 0, batchSize: 1, updateEvery: 1 };
  const given = { steps, startSteps, updateAfter, batchSize, updateEvery };
  for (const [name, n] of Object.entries(given)) {
    const minimum = least[name as keyof typeof least];
    if (!Number.isInteger(n) || n < minimum) {
      throw new RangeError(
        `Cannot train: ${name} is ${String(n)}, expected an integer of at least ${minimum}`,
      );
    }
  }
  const { actNoise = 0 } = rest;
  if (!Number.isFinite(actNoise) || actNoise < 0) {
    throw new RangeError(`Cannot train: actNoise is ${actNoise}, expected a number of at least 0`);
  }
}

/**
 * Trains an actor by TD3: a generator that yields after every step of the environment, so that the caller may show,
 * save or stop at any time. What it yields stays as it is: it may be kept.
 *
 * @throws {TypeError} if an option is unknown or of the wrong kind, or the actor does not fit the environment. @throws {RangeError} if a number is out of range.
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
  checkTraining(options);
  const { environment, agent, steps } = options;
  const { batchSize = 100, startSteps = 1000, updateAfter = 1000 } = options;
  const { updateEvery = 1, actNoise = 0.1 } = options;
  const { replaySize = Math.min(Math.max(steps, 1), 1e6) } = options;
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
  let next = stepKey;
  let observation: readonly number[] | undefined;
  let episodeReturn = 0;
  for (let step = 1; step <= steps; step++) {
    const [nextKey, resetKey, actKey, noiseKey, updateKey] = split(next, 5);
    next = nextKey;
    observation ??= environment.reset(resetKey);
    const policy = { actor, params: state.networks.actor, statistics: buffer.statistics };
    const action = step <= startSteps
      ? uniform(actKey, [actDim], { min: -actLimit, max: actLimit }).dataSync()
      : disturb(act(policy, observation, actKey), noiseKey, actNoise, actLimit);
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
        // Where every step has its one update the step counts, else the place in the burst, as in the reference.
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

/** Noise on an action, within its limit. */
function disturb(action: Float32Array, key: Key, noise: number, bound: number): Float32Array {
  const drawn = normal(key, [action.length]).dataSync();
  return action.map((a, i) => limit(a + noise * drawn[i], -bound, bound));
}
