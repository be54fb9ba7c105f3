import { checkOptions, fail, takeCount, takeFunction, takeNumber } from "@spikeloop/errors";
import { type Key, split, takeKey } from "@spikeloop/random";
import { act, type Policy, takePolicy } from "./act.ts";
import type { Environment } from "./environment.ts";
import type { Space } from "./space.ts";
import { guard } from "./guard_environment.ts";
import { actionFor, checkFit, obsDimOf } from "./take_actor.ts";

/** The options of `evaluateActor`. */
export interface EvaluateOptions extends Policy {
  /** Makes the task. Episodes run side by side, each in a task of its own. */
  readonly environment: () => Environment<Space>;
  /** How many episodes. */
  readonly episodes: number;
  /** Draws the first states. */
  readonly key: Key;
  /**
   * The most steps of an episode, which is then cut; those of the environment, but at most 10,000,
   * if missing.
   */
  readonly maxSteps?: number;
}

/** The most steps of an episode where no limit is given: an environment may never end one. */
const safeSteps = 10_000;

/** The most episodes: all of them run side by side. */
const mostEpisodes = 2 ** 20;

const action = "evaluate an actor";
const optionNames: readonly (keyof EvaluateOptions)[] = [
  "actor",
  "params",
  "statistics",
  "environment",
  "episodes",
  "key",
  "maxSteps",
];

/**
 * Runs episodes in which the actor acts without noise.
 *
 * @returns The return of every episode.
 * @throws {TypeError} if an option is unknown or of the wrong kind.
 * @throws {TypeError} if the actor and the environment differ in sizes, or the environment breaks
 * its promises.
 * @throws {RangeError} if `episodes` is not an integer from 0 to 2²⁰, or `maxSteps` is not one of
 * at least 1.
 * @throws {RangeError} if the bounds of the actor's actions are not the environment's, or the
 * environment returns a number that is not finite.
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
  const policy = takePolicy(action, options);
  const { actor } = policy;
  const makeTask = takeFunction(
    action,
    "environment",
    options.environment,
    "a function that makes one, such as pendulum",
  );
  const episodes = takeNumber(action, "episodes", options.episodes, {
    min: 0,
    max: mostEpisodes,
    integer: true,
  });
  const [obsDim, { actDim }] = [obsDimOf(actor), actor.head];
  const returns = new Array<number>(episodes).fill(0);
  const [startKey, actKey] = split(takeKey(action, "key", options.key));
  const mostSteps = options.maxSteps === undefined
    ? undefined
    : takeCount(action, "maxSteps", options.maxSteps);
  const tasks = new Set<Environment<Space>>();
  let nextKey = actKey;
  let active = split(startKey, episodes).map((k, index) => {
    const task = guard(action, makeTask());
    checkFit(action, actor, task);
    if (tasks.size === tasks.add(task).size) {
      fail(action, "environment returned the same task twice, expected a new one for each episode");
    }
    const steps = mostSteps ?? Math.min(task.maxSteps, safeSteps);
    return { index, task, steps, observation: task.reset(k) };
  });
  for (let step = 1; active.length > 0; step++) {
    const keys = split(nextKey);
    nextKey = keys[0];
    const observations = new Float32Array(active.length * obsDim);
    active.forEach(({ observation }, row) => observations.set(observation, row * obsDim));
    const actions = act(policy, observations, keys[1]);
    active = active.flatMap(({ index, task, steps }, row) => {
      const { observation, reward, terminated, truncated } = task.step(
        actionFor(task.actionSpace, actions.subarray(row * actDim, (row + 1) * actDim)),
      );
      returns[index] += reward;
      const isOver = terminated || truncated || step >= steps;
      return isOver ? [] : [{ index, task, steps, observation }];
    });
  }
  return returns;
}
