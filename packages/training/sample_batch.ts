import type { Backend } from "@spikeloop/backend";
import { type Key, randomBits } from "@spikeloop/random";
import { tensor } from "@spikeloop/tensor";
import type { Batch } from "./batch.ts";
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
  /** How many experiences the ring holds. */
  readonly length: number;
  /** The statistics that normalize observations. */
  readonly statistics: RunningStatistics;
}

/** Draws experiences uniformly, with replacement, and normalizes their observations. */
export function sampleBatch(
  key: Key,
  batch: number,
  { ring, sizes: { obsDim, actDim }, length, statistics }: ReplaySource,
  options: { readonly backend?: Backend },
): Batch {
  const wide = length > 2 ** 24;
  const words = randomBits(key, wide ? 2 * batch : batch);
  const places = Array.from(
    { length: batch },
    (_, i) => pick(length, words[i], wide ? words[batch + i] : 0),
  );
  const rows = (from: Float32Array, width: number) => {
    const data = new Float32Array(batch * width);
    places.forEach((at, row) => {
      for (let i = 0; i < width; i++) data[row * width + i] = from[at * width + i];
    });
    return data;
  };
  const make = (data: Float32Array, shape: number[]) => tensor(data, shape, options);
  const normalized = (from: Float32Array) =>
    make(normalizeVectors(statistics, rows(from, obsDim)), [batch, obsDim]);
  const { observations, nextObservations, actions, rewards, dones } = ring;
  return {
    observation: normalized(observations),
    action: make(rows(actions, actDim), [batch, actDim]),
    reward: make(rows(rewards, 1), [batch]),
    nextObservation: normalized(nextObservations),
    done: make(rows(dones, 1), [batch]),
  };
}
