import type { Backend } from "@spikeloop/backend";
import { type Key, randomBits } from "@spikeloop/random";
import { tensor } from "@spikeloop/tensor";
import type { Batch } from "./batch.ts";
import { gatherRows } from "./gather_rows.ts";
import type { ReplayRing, RingSizes } from "./replay_ring.ts";
import { normalizeVectors, type RunningStatistics } from "./running_statistics.ts";

/** An integer below `n` from two random words, evenly likely to within n / 2³² or n / 2⁵³. */
function pick(n: number, high: number, low: number): number {
  // Up to 2²⁴ these are the integers of `randint`.
  if (n <= 2 ** 24) return Math.floor(high * n / 2 ** 32);
  return Math.min(Math.floor((high * 2 ** 21 + (low >>> 11)) / 2 ** 53 * n), n - 1);
}

/** Experiences to draw from. */
export interface ReplaySource {
  readonly ring: ReplayRing;
  readonly sizes: RingSizes;
  /** How many experiences were ever stored. */
  readonly stored: number;
  /** The statistics that normalize observations. */
  readonly statistics: RunningStatistics;
}

/** The options of a sample. */
export interface SampleOptions {
  /** Where its tensors are; the CPU if missing. */
  readonly backend?: Backend;
  /**
   * Sums the rewards of so many steps, as far as they are of one episode and stored:
   * r₀ + γ r₁ + γ² r₂ + ...; 1 if missing.
   */
  readonly steps?: number;
  /** γ, the discount of a reward per step; 0.99 if missing. */
  readonly gamma?: number;
  /** How many environments have stored their experiences in turn; 1 if missing. */
  readonly environments?: number;
}

/** The options with the defaults filled in. */
type ResolvedSampleOptions =
  & Required<Omit<SampleOptions, "backend">>
  & Pick<SampleOptions, "backend">;

/** Draws experiences uniformly, with replacement, and normalizes their observations. */
export function sampleBatch(
  key: Key,
  batch: number,
  source: ReplaySource,
  options: ResolvedSampleOptions,
): Batch {
  const { ring, sizes: { obsDim, actDim, size }, stored, statistics } = source;
  const { backend, steps } = options;
  const length = Math.min(stored, size);
  const wide = length > 2 ** 24;
  const words = randomBits(key, wide ? 2 * batch : batch);
  const indices = new Array<number>(batch);
  for (let i = 0; i < batch; i++) indices[i] = pick(length, words[i], wide ? words[batch + i] : 0);
  const make = (data: Float32Array, shape: number[]) => tensor(data, shape, { backend });
  const normalized = (from: Float32Array, indices: readonly number[]) =>
    make(normalizeVectors(statistics, gatherRows(from, obsDim, indices)), [batch, obsDim]);
  const { observations, nextObservations, actions, rewards, dones } = ring;
  const sums = steps === 1 ? undefined : sumRewards(source, indices, options);
  const ends = sums?.ends ?? indices;
  return {
    observation: normalized(observations, indices),
    action: make(gatherRows(actions, actDim, indices), [batch, actDim]),
    reward: make(sums?.rewards ?? gatherRows(rewards, 1, indices), [batch]),
    nextObservation: normalized(nextObservations, ends),
    done: make(gatherRows(dones, 1, ends), [batch]),
    ...sums && { discount: make(sums.discounts, [batch]) },
  };
}

/** Sums rewards from each index on, and returns the indices of the last ones. */
function sumRewards(
  { ring, sizes: { obsDim, size }, stored }: ReplaySource,
  indices: readonly number[],
  { steps, gamma, environments }: ResolvedSampleOptions,
) {
  const { observations, nextObservations, rewards, dones, starts } = ring;
  /**
   * An episode goes on in the experience whose observation is the next one of this one, unless that
   * one is known to start another.
   */
  const goesOn = (at: number, next: number) => {
    for (let i = 0; i < obsDim; i++) {
      if (nextObservations[at * obsDim + i] !== observations[next * obsDim + i]) return false;
    }
    return dones[at] === 0 && starts[next] === 0;
  };
  const ends = [...indices];
  const sums = new Float32Array(indices.length);
  const discounts = new Float32Array(indices.length);
  const newest = (stored - 1) % size;
  indices.forEach((start, row) => {
    let [at, sum, discount] = [start, rewards[start], gamma];
    let later = (newest - start + size) % size;
    for (let k = 1; k < steps && later >= environments; k++) {
      const next = (at + environments) % size;
      if (!goesOn(at, next)) break;
      sum += discount * rewards[next];
      discount *= gamma;
      later -= environments;
      at = next;
    }
    [ends[row], sums[row], discounts[row]] = [at, sum, discount];
  });
  return { ends, rewards: sums, discounts };
}
