import { checkOptions, describeOption } from "@spikeloop/errors";
import type { ILCSan, ILCSanParams } from "@spikeloop/actor";
import { type Key, split } from "@spikeloop/random";
import { tensor } from "@spikeloop/tensor";
import type { Environment } from "./environment.ts";
import { normalise, type RunningStatistics } from "./running_statistics.ts";

/** What observations are limited to once they are normalised. */
export const observationLimit = 3;

/** What acts, and what its observations are normalised with. */
export interface Policy {
  /** The network. */
  readonly actor: ILCSan;
  /** Its parameters. */
  readonly params: ILCSanParams;
  /** The statistics of observations. */
  readonly statistics: RunningStatistics;
}

/**
 * The actions, laid end to end, for raw observations laid end to end: normalised, limited to ±3, and handed to the
 * actor. `key` draws the spikes of the encoder `"pop-ran"`; the others need none.
 *
 * @throws {TypeError} if the numbers are no whole observations, the statistics are of others, or the parameters do not fit the actor.
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
export function act(
  { actor, params, statistics }: Policy,
  observations: ArrayLike<number>,
  key?: Key,
): Float32Array {
  const { obsDim } = actor.options;
  const rows = observations.length / obsDim;
  if (!Number.isInteger(rows)) {
    throw new TypeError(
      `Cannot act on ${observations.length} numbers: expected observations of ${obsDim}`,
    );
  }
  if (statistics.mean.length !== obsDim) {
    throw new TypeError(
      `Cannot act: the statistics are of ${statistics.mean.length} numbers, the actor's observations have ${obsDim}`,
    );
  }
  const seen = tensor(normalise(statistics, observations, observationLimit), [rows, obsDim]);
  return actor.apply(params, seen, { key }).dataSync();
}

/** What `evaluateActor` takes. */
export interface EvaluateOptions extends Policy {
  /** Makes the task: episodes run side by side, each in its own. */
  readonly environment: () => Environment;
  /** How many episodes. */
  readonly episodes: number;
  /** Where the first states come from. */
  readonly key: Key;
}

const optionNames: readonly (keyof EvaluateOptions)[] = [
  "actor",
  "params",
  "statistics",
  "environment",
  "episodes",
  "key",
];

/**
 * The return of every episode; the actor acts without noise.
 *
 * @throws {TypeError} if an option is unknown or of the wrong kind. @throws {RangeError} if `episodes` is not an integer of at least 0.
 *
 * @example
 * ```ts
 * import { ilcSan } from "@spikeloop/actor";
 * import { emptyStatistics, evaluateActor, pendulum } from "@spikeloop/training";
 * import { key } from "@spikeloop/random";
 * import { assertEquals } from "@std/assert";
 *
 * const actor = ilcSan({ obsDim: 3, actDim: 1, hiddenSizes: [8], actLimit: 2 });
 * const returns = evaluateActor({
 *   environment: pendulum,
 *   actor,
 *   params: actor.init(key(0)),
 *   statistics: emptyStatistics(3),
 *   episodes: 2,
 *   key: key(1),
 * });
 * assertEquals(returns.map((r) => r < 0), [true, true]);
 * ```
 */
export function evaluateActor(options: EvaluateOptions): number[] {
  checkOptions("evaluate an actor", options, optionNames);
  const { environment, actor, episodes, key } = options;
  if (typeof environment !== "function") {
    throw new TypeError(
      `Cannot evaluate an actor: environment is ${
        describeOption(environment)
      }, expected a function that makes one, such as pendulum`,
    );
  }
  if (typeof actor?.apply !== "function") {
    throw new TypeError(
      `Cannot evaluate an actor: actor is ${describeOption(actor)}, expected one made with ilcSan`,
    );
  }
  const { obsDim, actDim } = actor.options;
  if (!Number.isInteger(episodes) || episodes < 0) {
    throw new RangeError(
      `Cannot evaluate an actor: episodes is ${episodes}, expected an integer of at least 0`,
    );
  }
  const returns = new Array<number>(episodes).fill(0);
  const [startKey, actKey] = split(key);
  let next = actKey;
  let running = split(startKey, episodes).map((k, index) => {
    const task = environment();
    return { index, task, observation: task.reset(k) };
  });
  while (running.length > 0) {
    const keys = split(next);
    next = keys[0];
    const observations = new Float32Array(running.length * obsDim);
    running.forEach(({ observation }, row) => observations.set(observation, row * obsDim));
    const actions = act(options, observations, keys[1]);
    running = running.flatMap(({ index, task }, row) => {
      const result = task.step(actions.subarray(row * actDim, (row + 1) * actDim));
      returns[index] += result.reward;
      const ended = result.terminated || result.truncated;
      return ended ? [] : [{ index, task, observation: result.observation }];
    });
  }
  return returns;
}
