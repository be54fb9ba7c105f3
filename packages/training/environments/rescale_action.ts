import { type Box, box, isDiscrete } from "@spikeloop/actor";
import { fail, takeNumber } from "@spikeloop/errors";
import type { AsyncEnvironment, EnvironmentLike } from "../environment.ts";
import { guardAsync } from "../guard_environment.ts";

/**
 * Returns the task with actions in [low, high], which are scaled to the bounds of its own:
 *
 *     action = lowₜ + (highₜ - lowₜ) · (a - low) / (high - low)
 *
 * @param low The smallest action, -1 if missing.
 * @param high The largest action, 1 if missing.
 * @throws {TypeError} if the environment is none, its actions are discrete, or a bound is not a
 * number.
 * @throws {RangeError} if `low` is not below `high`, or the task's actions have no bounds.
 *
 * @example
 * ```ts
 * import { pendulum, rescaleAction } from "@spikeloop/training";
 * import { key } from "@spikeloop/random";
 * import { assertEquals } from "@std/assert";
 *
 * const [own, scaled] = [pendulum(), rescaleAction(pendulum())]; // from ±2 to ±1
 * [own, scaled].forEach((env) => env.reset(key(0)));
 * assertEquals(scaled.step([0.5]), own.step([1]));
 * ```
 */
export function rescaleAction<E extends AsyncEnvironment<Box>>(
  environment: E,
  low = -1,
  high = 1,
): EnvironmentLike<E> {
  const action = "rescale the actions of an environment";
  const task = guardAsync(action, environment);
  const { actionSpace, name } = task;
  if (isDiscrete(actionSpace)) {
    fail(action, `${name} has discrete actions, expected numbers in a box`);
  }
  const least = takeNumber(action, "low", low);
  const most = takeNumber(action, "high", high, { above: least });
  const lows = actionSpace.low.map((x, i) => takeNumber(action, `actionSpace.low[${i}]`, x));
  const highs = actionSpace.high.map((x, i) => takeNumber(action, `actionSpace.high[${i}]`, x));
  return guardAsync(action, {
    ...task,
    actionSpace: box(lows.length, least, most),
    step: (move) =>
      task.step(
        Array.from(move, (a, i) => lows[i] + (highs[i] - lows[i]) * (a - least) / (most - least)),
      ),
  }) as EnvironmentLike<E>;
}
