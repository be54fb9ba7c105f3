import { checkOptions } from "@spikeloop/errors";
import { type Key, randint } from "@spikeloop/random";
import type { Backend } from "@spikeloop/backend";
import { type Tensor, tensor } from "@spikeloop/tensor";
import {
  emptyStatistics,
  mergeStatistics,
  normalise,
  type RunningStatistics,
} from "./running_statistics.ts";

/** What happened in one step of an environment. */
export interface Experience {
  /** What was seen. */
  readonly observation: ArrayLike<number>;
  /** What was done. */
  readonly action: ArrayLike<number>;
  /** What it brought. */
  readonly reward: number;
  /** What was seen next. */
  readonly nextObservation: ArrayLike<number>;
  /** The task ended there; false when the episode was only cut. */
  readonly done: boolean;
}

/** Many experiences side by side, with normalised observations. */
export interface Batch {
  /** [B, obsDim]. */
  readonly observation: Tensor;
  /** [B, actDim]. */
  readonly action: Tensor;
  /** [B]. */
  readonly reward: Tensor;
  /** [B, obsDim]. */
  readonly nextObservation: Tensor;
  /** [B], 1 where the task ended. */
  readonly done: Tensor;
}

/** What `ReplayBuffer` takes. */
export interface ReplayOptions {
  /** How many numbers an observation has. */
  readonly obsDim: number;
  /** How many numbers an action has. */
  readonly actDim: number;
  /** The most experiences kept; the oldest gives way. */
  readonly size: number;
  /** Normalised observations are limited to this on both sides; 3 if missing. */
  readonly clipLimit?: number;
  /** After how many new experiences the running statistics take them in; 50 if missing. */
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
 * The last experiences, in a ring, with running statistics of the observations (not of the next ones). Observations
 * are stored raw and normalised when they are sampled, as in SpikingJelly's examples/ILC-SAN.
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
   * An empty buffer.
   *
   * @throws {TypeError} if an option is unknown. @throws {RangeError} if a size is not a positive integer.
   */
  constructor(options: ReplayOptions) {
    checkOptions("make a replay buffer", options, optionNames);
    const o = { clipLimit: 3, normUpdateEvery: 50, ...options };
    const { obsDim, actDim, size, normUpdateEvery } = o;
    for (const [name, n] of Object.entries({ obsDim, actDim, size, normUpdateEvery })) {
      if (!Number.isInteger(n) || n < 1) {
        throw new RangeError(
          `Cannot make a replay buffer: ${name} is ${String(n)}, expected an integer of at least 1`,
        );
      }
    }
    this.#options = o;
    this.#observations = new Float32Array(size * obsDim);
    this.#nextObservations = new Float32Array(size * obsDim);
    this.#actions = new Float32Array(size * actDim);
    this.#rewards = new Float32Array(size);
    this.#dones = new Float32Array(size);
    this.#statistics = emptyStatistics(obsDim);
  }

  /** How many experiences there are. */
  get length(): number {
    return this.#length;
  }

  /** What observations are normalised with. */
  get statistics(): RunningStatistics {
    return this.#statistics;
  }

  /**
   * Adds an experience.
   *
   * @throws {TypeError} if a vector has the wrong length. @throws {RangeError} if the reward is not finite.
   */
  store({ observation, action, reward, nextObservation, done }: Experience): void {
    const { obsDim, actDim, size, normUpdateEvery } = this.#options;
    const lengths = {
      observation: [observation, obsDim],
      action: [action, actDim],
      nextObservation: [nextObservation, obsDim],
    } as const;
    for (const [name, [vector, want]] of Object.entries(lengths)) {
      if (vector.length !== want) {
        throw new TypeError(
          `Cannot store an experience: ${name} has ${vector.length} numbers, expected ${want}`,
        );
      }
    }
    if (!Number.isFinite(reward)) {
      throw new RangeError(
        `Cannot store an experience: its reward is ${reward}, expected a finite number`,
      );
    }
    const at = this.#next;
    this.#observations.set(observation, at * obsDim);
    this.#nextObservations.set(nextObservation, at * obsDim);
    this.#actions.set(action, at * actDim);
    this.#rewards[at] = reward;
    this.#dones[at] = done ? 1 : 0;
    this.#next = (at + 1) % size;
    this.#length = Math.min(this.#length + 1, size);
    if (++this.#unseen === normUpdateEvery) this.#takeIn();
  }

  /** Merges the experiences since the last time into the statistics. */
  #takeIn(): void {
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

  /** An observation, or several laid end to end, as the actor and the critics see it. */
  normalise(observations: ArrayLike<number>): Float32Array {
    return normalise(this.#statistics, observations, this.#options.clipLimit);
  }

  /**
   * `batch` experiences drawn uniformly, with replacement.
   *
   * @throws {Error} if there is none yet.
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
      observation: make(this.normalise(rows(this.#observations, obsDim)), [batch, obsDim]),
      action: make(rows(this.#actions, actDim), [batch, actDim]),
      reward: make(rows(this.#rewards, 1), [batch]),
      nextObservation: make(this.normalise(rows(this.#nextObservations, obsDim)), [batch, obsDim]),
      done: make(rows(this.#dones, 1), [batch]),
    };
  }
}
