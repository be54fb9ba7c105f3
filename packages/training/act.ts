import { fail } from "@spikeloop/errors";
import type { ILCSan, ILCSanParams } from "@spikeloop/actor";
import type { Key } from "@spikeloop/random";
import { tensor } from "@spikeloop/tensor";
import { normalizeVectors, type RunningStatistics } from "./running_statistics.ts";

/** The limit of normalized observations, on both sides of 0. */
export const observationLimit = 3;

/** An actor with its parameters and the statistics that normalize its observations. */
export interface Policy {
  /** The network. */
  readonly actor: ILCSan;
  /** Its parameters. */
  readonly params: ILCSanParams;
  /** The statistics of observations. */
  readonly statistics: RunningStatistics;
}

/**
 * Computes actions from raw observations. Both are laid end to end. Observations are normalized and
 * limited to ±3 for the actor.
 *
 * @param key Draws the spikes of the encoder `"pop-ran"`; other encoders need no key.
 * @throws {TypeError} if the numbers are no whole observations, the statistics are of observations
 * of another length, or the parameters do not fit the actor.
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
    fail(`act on ${observations.length} numbers`, `expected observations of ${obsDim}`);
  }
  const { length } = statistics.mean;
  if (length !== obsDim) {
    fail(
      "act",
      `the statistics are of ${length} numbers, the actor's observations have ${obsDim}`,
    );
  }
  const x = tensor(normalizeVectors(statistics, observations, observationLimit), [rows, obsDim]);
  return actor.apply(params, x, { key }).dataSync();
}
