import { takeCount } from "@spikeloop/errors";
import type { AnyEnvironment, EnvironmentLike } from "../environment.ts";
import { guardAsync } from "../guard_environment.ts";

/**
 * Returns the task with a shorter limit: an episode is cut (`truncated`) after so many steps, or
 * after those of the task itself if they are fewer.
 *
 * @throws {TypeError} if the environment is none, or `steps` is not a number.
 * @throws {RangeError} if `steps` is not an integer of at least 1.
 *
 * @example
 * ```ts
 * import { pendulum, timeLimit } from "@spikeloop/training";
 * import { key } from "@spikeloop/random";
 * import { assertEquals } from "@std/assert";
 *
 * const env = timeLimit(pendulum(), 2);
 * env.reset(key(0));
 * assertEquals([env.step([0]).truncated, env.step([0]).truncated], [false, true]);
 * ```
 */
export function timeLimit<E extends AnyEnvironment>(
  environment: E,
  steps: number,
): EnvironmentLike<E> {
  const action = "limit the time of an environment";
  const task = guardAsync(action, environment);
  const maxSteps = Math.min(takeCount(action, "steps", steps), task.maxSteps);
  return guardAsync(action, { ...task, maxSteps }) as EnvironmentLike<E>;
}
