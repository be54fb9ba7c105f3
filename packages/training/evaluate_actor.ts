import { checkOptions, refuse, takeCount, takeFunction } from "@spikeloop/errors";
import { type Key, split } from "@spikeloop/random";
import { act, type Policy } from "./act.ts";
import type { Environment } from "./environment.ts";

/** The options of `evaluateActor`. */
export interface EvaluateOptions extends Policy {
  /** Makes the task. Episodes run side by side, each in a task of its own. */
  readonly environment: () => Environment;
  /** How many episodes. */
  readonly episodes: number;
  /** Draws the first states. */
  readonly key: Key;
}

const action = "evaluate an actor";
const optionNames: readonly (keyof EvaluateOptions)[] = [
  "actor",
  "params",
  "statistics",
  "environment",
  "episodes",
  "key",
];

/**
 * Runs episodes in which the actor acts without noise.
 *
 * @returns The return of every episode.
 * @throws {TypeError} if an option is unknown or of the wrong kind.
 * @throws {RangeError} if `episodes` is not an integer of at least 0.
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
  checkOptions(action, options, optionNames);
  const { actor, key } = options;
  const makeTask = takeFunction(
    action,
    "environment",
    options.environment,
    "a function that makes one, such as pendulum",
  );
  if (typeof actor?.apply !== "function") refuse(action, "actor", actor, "one made with ilcSan");
  const episodes = takeCount(action, "episodes", options.episodes, 0);
  const { obsDim, actDim } = actor.options;
  const returns = new Array<number>(episodes).fill(0);
  const [startKey, actKey] = split(key);
  let nextKey = actKey;
  let active = split(startKey, episodes).map((k, index) => {
    const task = makeTask();
    return { index, task, observation: task.reset(k) };
  });
  while (active.length > 0) {
    const keys = split(nextKey);
    nextKey = keys[0];
    const observations = new Float32Array(active.length * obsDim);
    active.forEach(({ observation }, row) => observations.set(observation, row * obsDim));
    const actions = act(options, observations, keys[1]);
    active = active.flatMap(({ index, task }, row) => {
      const { observation, reward, terminated, truncated } = task.step(
        actions.subarray(row * actDim, (row + 1) * actDim),
      );
      returns[index] += reward;
      return terminated || truncated ? [] : [{ index, task, observation }];
    });
  }
  return returns;
}
