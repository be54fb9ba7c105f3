import { checkOptions, fail, takeCount } from "@spikeloop/errors";
import { type Key, randint } from "@spikeloop/random";
import type { Backend } from "@spikeloop/backend";
import { tensor } from "@spikeloop/tensor";
import type { Batch } from "./batch.ts";
import {
  emptyStatistics,
  mergeStatistics,
  normalizeVectors,
  type RunningStatistics,
} from "./running_statistics.ts";

/** One step of an environment. */
export interface Experience {
  /** The observation before the step. */
  readonly observation: ArrayLike<number>;
  /** The action. */
  readonly action: ArrayLike<number>;
  /** The reward. */
  readonly reward: number;
  /** The observation after the step. */
  readonly nextObservation: ArrayLike<number>;
  /** Whether the task ended; false if the episode was only cut. */
  readonly done: boolean;
}

/** The options of `ReplayBuffer`. */
export interface ReplayOptions {
  /** How many numbers an observation has. */
  readonly obsDim: number;
  /** How many numbers an action has. */
  readonly actDim: number;
  /** The most experiences; a new one then replaces the oldest. */
  readonly size: number;
  /** The limit of normalized observations, on both sides of 0; 3 if missing. */
  readonly clipLimit?: number;
  /** The running statistics are updated after so many new experiences; 50 if missing. */
  readonly normUpdateEvery?: number;
}

const optionNames: readonly (keyof ReplayOptions)[] = [
  "obsDim",
  "actDim",
  "size",
  "clipLimit",
  "normUpdateEvery",
];

/**
 * The last experiences, in a ring, with running statistics of the observations (but not of the next
 * observations). Observations are stored raw, and normalized when they are sampled, as in
 * SpikingJelly's examples/ILC-SAN.
 *
 * @example
 * ```ts
 * import { ReplayBuffer } from "@spikeloop/training";
 * import { key } from "@spikeloop/random";
 * import { assertEquals } from "@std/assert";
 *
 * const buffer = new ReplayBuffer({ obsDim: 1, actDim: 1, size: 100 });
 * buffer.store({ observation: [1], action: [0], reward: 2, nextObservation: [3], done: false });
 * assertEquals(buffer.sample(key(0), 4).reward.shape, [4]);
 * ```
 */
export class ReplayBuffer {
  readonly #options: Required<ReplayOptions>;
  readonly #observations: Float32Array;
  readonly #nextObservations: Float32Array;
  readonly #actions: Float32Array;
  readonly #rewards: Float32Array;
  readonly #dones: Float32Array;
  #next = 0;
  #length = 0;
  #unseen = 0;
  #statistics: RunningStatistics;

  /**
   * Makes an empty buffer.
   *
   * @throws {TypeError} if an option is unknown, missing or of the wrong kind.
   * @throws {RangeError} if a size is not an integer of at least 1.
   */
  constructor(options: ReplayOptions) {
    const action = "make a replay buffer";
    checkOptions(action, options, optionNames);
    const { clipLimit = 3, normUpdateEvery = 50 } = options;
    const obsDim = takeCount(action, "obsDim", options.obsDim);
    const actDim = takeCount(action, "actDim", options.actDim);
    const size = takeCount(action, "size", options.size);
    takeCount(action, "normUpdateEvery", normUpdateEvery);
    this.#options = { obsDim, actDim, size, clipLimit, normUpdateEvery };
    this.#observations = new Float32Array(size * obsDim);
    this.#nextObservations = new Float32Array(size * obsDim);
    this.#actions = new Float32Array(size * actDim);
    this.#rewards = new Float32Array(size);
    this.#dones = new Float32Array(size);
    this.#statistics = emptyStatistics(obsDim);
  }

  /** How many experiences the buffer holds. */
  get length(): number {
    return this.#length;
  }

  /** The statistics that normalize observations. */
  get statistics(): RunningStatistics {
    return this.#statistics;
  }

  /**
   * Adds an experience.
   *
   * @throws {TypeError} if a vector has the wrong length.
   * @throws {RangeError} if the reward is not finite.
   */
  store({ observation, action, reward, nextObservation, done }: Experience): void {
    const { obsDim, actDim, size, normUpdateEvery } = this.#options;
    const lengths = {
      observation: [observation, obsDim],
      action: [action, actDim],
      nextObservation: [nextObservation, obsDim],
    } as const;
    for (const [name, [vector, length]] of Object.entries(lengths)) {
      if (vector.length !== length) {
        fail(
          "store an experience",
          `${name} has ${vector.length} numbers, expected ${length}`,
        );
      }
    }
    if (!Number.isFinite(reward)) {
      fail("store an experience", `its reward is ${reward}, expected a finite number`, RangeError);
    }
    const at = this.#next;
    this.#observations.set(observation, at * obsDim);
    this.#nextObservations.set(nextObservation, at * obsDim);
    this.#actions.set(action, at * actDim);
    this.#rewards[at] = reward;
    this.#dones[at] = done ? 1 : 0;
    this.#next = (at + 1) % size;
    this.#length = Math.min(this.#length + 1, size);
    if (++this.#unseen === normUpdateEvery) this.#updateStatistics();
  }

  /** Merges the observations since the last update into the statistics. */
  #updateStatistics(): void {
    const { obsDim, size } = this.#options;
    const rows = Math.min(this.#unseen, size);
    const vectors = new Float32Array(rows * obsDim);
    for (let r = 0; r < rows; r++) {
      const at = (this.#next - rows + r + size) % size;
      vectors.set(this.#observations.subarray(at * obsDim, (at + 1) * obsDim), r * obsDim);
    }
    this.#statistics = mergeStatistics(this.#statistics, vectors, rows);
    this.#unseen = 0;
  }

  /** Normalizes an observation, or several laid end to end, for the actor and the critics. */
  normalize(observations: ArrayLike<number>): Float32Array {
    return normalizeVectors(this.#statistics, observations, this.#options.clipLimit);
  }

  /**
   * Draws `batch` experiences uniformly, with replacement.
   *
   * @throws {Error} if the buffer is empty.
   */
  sample(key: Key, batch: number, options: { readonly backend?: Backend } = {}): Batch {
    if (this.#length === 0) throw new Error("Cannot sample from a replay buffer that is empty");
    const { obsDim, actDim } = this.#options;
    const picks = randint(key, [batch], { max: this.#length }).dataSync();
    const rows = (from: Float32Array, width: number) => {
      const data = new Float32Array(batch * width);
      picks.forEach((at, row) => {
        for (let i = 0; i < width; i++) data[row * width + i] = from[at * width + i];
      });
      return data;
    };
    const make = (data: Float32Array, shape: number[]) => tensor(data, shape, options);
    return {
      observation: make(this.normalize(rows(this.#observations, obsDim)), [batch, obsDim]),
      action: make(rows(this.#actions, actDim), [batch, actDim]),
      reward: make(rows(this.#rewards, 1), [batch]),
      nextObservation: make(this.normalize(rows(this.#nextObservations, obsDim)), [batch, obsDim]),
      done: make(rows(this.#dones, 1), [batch]),
    };
  }
}
