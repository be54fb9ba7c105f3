import type { Space } from "@spikeloop/actor";
import { checkOptions, takeCount, takeFunction, takeNumber } from "@spikeloop/errors";
import { type Key, takeKey } from "@spikeloop/random";
import { type Policy, takePolicy } from "./act.ts";
import type { AsyncEnvironment, Environment } from "./environment.ts";
import { guardAsync } from "./guard_environment.ts";
import { evaluateEpisodes } from "./trainer/evaluate_episodes.ts";
import { runOrWait } from "./trainer/steps.ts";

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

/** The options of `evaluateActor` for tasks whose methods may return promises. */
export interface AsyncEvaluateOptions extends Omit<EvaluateOptions, "environment"> {
  /** Makes the task. Episodes run side by side, each in a task of its own. */
  readonly environment: () => AsyncEnvironment<Space>;
}

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

/** The names that `trainer.best` has besides a policy. */
const namesOfBest = ["step", "mean"];

/**
 * Runs episodes in which the actor acts without noise. A policy, and `best` of a trainer, may be
 * spread into the options: `evaluateActor({ environment, ...best, episodes, key })`.
 *
 * @returns The return of every episode; a promise of them if the task returns promises.
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
export function evaluateActor(options: EvaluateOptions): number[];
/** Does the same with tasks whose methods may return promises. */
export function evaluateActor(options: AsyncEvaluateOptions): Promise<number[]>;
export function evaluateActor(options: AsyncEvaluateOptions): number[] | Promise<number[]> {
  checkOptions(action, options, [...optionNames, ...namesOfBest]);
  const policy = takePolicy(action, options);
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
  const maxSteps = options.maxSteps === undefined
    ? undefined
    : takeCount(action, "maxSteps", options.maxSteps);
  const key = takeKey(action, "key", options.key);
  const run = { policy, makeTask: () => guardAsync(action, makeTask()), episodes, key, maxSteps };
  return runOrWait(evaluateEpisodes(action, run));
}
