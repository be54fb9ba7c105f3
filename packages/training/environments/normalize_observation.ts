import { box } from "@spikeloop/actor";
import { checkOptions, fail, isRecord, refuse, takeFlag, takeFunction } from "@spikeloop/errors";
import { after } from "../after.ts";
import type { AnyEnvironment, EnvironmentLike, Normalized } from "../environment.ts";
import { guardAsync } from "../guard_environment.ts";
import { type Normalization, normalization } from "../normalization.ts";
import {
  emptyStatistics,
  mergeStatistics,
  normalizeVectors,
  type RunningStatistics,
  takeStatistics,
} from "../running_statistics.ts";

/** The options of `normalizeObservation`. */
export interface NormalizeOptions {
  /**
   * The statistics to start with, such as those of an earlier run, with their `clipLimit`; none if
   * missing.
   */
  readonly statistics?: RunningStatistics;
  /** Whether observations change the statistics; true if missing. Turn it off for evaluation. */
  readonly update?: boolean;
}

/**
 * Returns the task with observations scaled to mean 0 and variance 1 by their running statistics,
 * and limited to their `clipLimit`, ±3 if missing:
 *
 *     clip((x - mean) / √(var + ε), ±limit)
 *
 * Snapshots hold the statistics, and wrappers around the task keep `statistics`. The agents of this
 * package normalize observations themselves, so they need no such wrapper. Each environment of
 * `vectorized(() => normalizeObservation(...), n)` has statistics of its own.
 *
 * @throws {TypeError} if the environment is none, or an option is of the wrong kind or unknown, or
 * there are neither statistics nor updates of them.
 * @throws {TypeError} if the statistics are of observations of another length.
 * @throws {RangeError} if a number in the statistics is out of range.
 *
 * @example
 * ```ts
 * import { normalizeObservation, pendulum } from "@spikeloop/training";
 * import { key } from "@spikeloop/random";
 * import { assertEquals } from "@std/assert";
 *
 * const env = normalizeObservation(pendulum());
 * env.reset(key(0));
 * for (let t = 0; t < 9; t++) env.step([1]);
 * const { statistics } = env;
 * assertEquals(Math.round(statistics.count), 10);
 * // The same scale for an evaluation.
 * const test = normalizeObservation(pendulum(), { statistics, update: false });
 * assertEquals(test.reset(key(1)).every((x) => Math.abs(x) <= 3), true);
 * ```
 */
export function normalizeObservation<E extends AnyEnvironment>(
  environment: E,
  options: NormalizeOptions = {},
): EnvironmentLike<E> & Normalized {
  const action = "normalize the observations of an environment";
  const task = guardAsync(action, environment);
  checkOptions(action, options, ["statistics", "update"]);
  const update = takeFlag(action, "update", options.update ?? true);
  if (!update && options.statistics === undefined) {
    fail(action, "update is false and statistics are missing, so that nothing would be normalized");
  }
  const size = task.observationSpace.low.length;
  const first = takeStatistics(action, options.statistics ?? emptyStatistics(size), size);
  const { clipLimit } = first;
  let statistics: RunningStatistics = first;
  const normalize = (observation: readonly number[]): readonly number[] => {
    if (update) statistics = mergeStatistics(statistics, Float32Array.from(observation), 1);
    return Array.from(normalizeVectors(statistics, observation));
  };
  const saving = task.snapshot !== undefined && {
    snapshot: () =>
      after(task.snapshot?.(), (state) => ({
        state,
        mean: statistics.mean.slice(),
        variance: statistics.variance.slice(),
        count: statistics.count,
      })),
    restore: (snapshot: unknown) => {
      if (!isRecord(snapshot)) return refuse(`restore ${task.name}`, "the state", snapshot, "one");
      const { state, ...rest } = snapshot;
      const earlier = takeStatistics(`restore ${task.name}`, { ...rest, clipLimit }, size);
      takeFunction(action, "restore", task.restore);
      return after(task.restore?.(state), () => void (statistics = earlier));
    },
  };
  const normalized: typeof task & { readonly [normalization]: Normalization } = {
    ...task,
    [normalization]: { read: () => statistics, update },
    observationSpace: box(size, -clipLimit, clipLimit),
    reset: (key) => after(task.reset(key), normalize),
    step: (move) =>
      after(task.step(move), (result) => ({
        ...result,
        observation: normalize(result.observation),
      })),
    ...saving,
  };
  return guardAsync(action, normalized) as AnyEnvironment as EnvironmentLike<E> & Normalized;
}
