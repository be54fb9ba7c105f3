import type { Space } from "@spikeloop/actor";
import { takeCount } from "@spikeloop/errors";
import { isPromise } from "../after.ts";
import type { ActionOf, AnyEnvironment, EnvironmentLike, Transition } from "../environment.ts";
import { guardAsync } from "../guard_environment.ts";

/**
 * Returns the task with every action done `times` times. The reward is the sum of the rewards; the
 * episode ends where the task ends it. An episode has as many fewer steps, rounded up.
 *
 * @throws {TypeError} if the environment is none, or `times` is not a number.
 * @throws {RangeError} if `times` is not an integer of at least 1.
 *
 * @example
 * ```ts
 * import { actionRepeat, mountainCarContinuous } from "@spikeloop/training";
 * import { key } from "@spikeloop/random";
 * import { assertEquals } from "@std/assert";
 *
 * const env = actionRepeat(mountainCarContinuous(), 4);
 * env.reset(key(0));
 * assertEquals([env.step([1]).reward, env.maxSteps], [-0.4, 250]);
 * ```
 */
export function actionRepeat<E extends AnyEnvironment>(
  environment: E,
  times: number,
): EnvironmentLike<E> {
  const action = "repeat the actions of an environment";
  const task = guardAsync(action, environment);
  const n = takeCount(action, "times", times);
  /** Does the steps that are left after `done` of them. */
  const go = (
    move: ActionOf<Space>,
    done: number,
    total: number,
  ): Transition | Promise<Transition> => {
    for (;;) {
      const result = task.step(move);
      if (isPromise(result)) {
        return result.then((r) => {
          const reward = total + r.reward;
          return isOver(r, done + 1) ? { ...r, reward } : go(move, done + 1, reward);
        });
      }
      total += result.reward;
      if (isOver(result, ++done)) return { ...result, reward: total };
    }
  };
  const isOver = ({ terminated, truncated }: Transition, done: number) =>
    terminated || truncated || done === n;
  return guardAsync(action, {
    ...task,
    maxSteps: Math.ceil(task.maxSteps / n),
    step: (move) => go(move, 0, 0),
  }) as EnvironmentLike<E>;
}
