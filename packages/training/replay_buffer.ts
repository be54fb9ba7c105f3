import { checkOptions, fail, takeCount, takeNumber } from "@spikeloop/errors";
import { type Key, takeKey } from "@spikeloop/random";
import type { Batch } from "./batch.ts";
import { type Experience, takeExperience } from "./experience.ts";
import { type ReplayOptions, takeReplayOptions } from "./replay_options.ts";
import { growRing, makeRing, type ReplayRing } from "./replay_ring.ts";
import { copyContents, type ReplaySnapshot, restoreContents } from "./replay_snapshot.ts";
import {
  emptyStatistics,
  mergeStatistics,
  normalizeVectors,
  type RunningStatistics,
  takeStatistics,
} from "./running_statistics.ts";
import { sampleBatch, type SampleOptions } from "./sample_batch.ts";
import { takeObject } from "./take_object.ts";
import { takeVector } from "./take_vector.ts";

/** The parts of a buffer besides its options: a ring, and where the buffer is in it. */
interface Position {
  readonly ring: ReplayRing;
  /** How many experiences were ever stored. */
  readonly stored: number;
  /** How many of them are not in the statistics yet. */
  readonly unseen: number;
  readonly statistics: RunningStatistics;
}

/** The most experiences of a sample. */
const largestBatch = 2 ** 24;

/** Among the options, how to make a buffer with a ring that exists. */
const position: unique symbol = Symbol("position");

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
  #ring: ReplayRing;
  #stored: number;
  #unseen: number;
  #statistics: RunningStatistics;

  /**
   * Makes an empty buffer.
   *
   * @throws {TypeError} if an option is unknown, missing or of the wrong kind.
   * @throws {RangeError} if a size is not an integer of at least 1, or too large for the memory.
   */
  constructor(options: ReplayOptions) {
    this.#options = takeReplayOptions(options);
    const { [position]: start = emptyPosition(this.#options, this.#options.size) } = options as {
      readonly [position]?: Position;
    };
    this.#ring = start.ring;
    this.#stored = start.stored;
    this.#unseen = start.unseen;
    this.#statistics = start.statistics;
  }

  /**
   * Makes a buffer that goes on from a snapshot, to the same bits.
   *
   * @throws {TypeError} if the snapshot is none, or its parts do not fit each other.
   * @throws {RangeError} if a number is out of range.
   */
  static restore(snapshot: ReplaySnapshot): ReplayBuffer {
    const action = "restore a replay buffer";
    takeObject(action, "the snapshot", snapshot, "buffer.snapshot()");
    const stored = takeCount(action, "stored", snapshot.stored, 0);
    const buffer = growingBuffer(snapshot.options, stored);
    const { obsDim, clipLimit, normUpdateEvery } = buffer.#options;
    restoreContents(action, buffer.#ring, buffer.#options, stored, snapshot);
    buffer.#stored = stored;
    buffer.#unseen = takeNumber(action, "unseen", snapshot.unseen, {
      min: 0,
      below: normUpdateEvery,
      integer: true,
    });
    buffer.#statistics = takeStatistics(
      action,
      { clipLimit, ...takeObject(action, "statistics", snapshot.statistics, "a record") },
      obsDim,
    );
    return buffer;
  }

  /** Its options, with the defaults filled in. */
  get options(): Required<ReplayOptions> {
    return this.#options;
  }

  /** How many experiences the buffer holds. */
  get length(): number {
    return Math.min(this.#stored, this.#options.size);
  }

  /** The statistics that normalize observations. */
  get statistics(): RunningStatistics {
    return this.#statistics;
  }

  /** Copies all that the buffer holds. */
  snapshot(): ReplaySnapshot {
    this.#checkIntact("take a snapshot of the replay buffer");
    return {
      ...copyContents(this.#ring, this.#options, this.#stored),
      options: this.#options,
      stored: this.#stored,
      unseen: this.#unseen,
      statistics: copyStatistics(this.#statistics),
    };
  }

  /**
   * Returns a buffer of the same contents. Both share their memory until one of them stores what
   * the other one has not. A buffer whose experiences have been overwritten by the other one throws
   * when it is used; a snapshot never does.
   *
   * @param statistics Replace the statistics.
   * @throws {TypeError} if the statistics are of another kind or size.
   * @throws {RangeError} if one of their numbers is out of range.
   */
  fork(statistics?: RunningStatistics): ReplayBuffer {
    const { obsDim, clipLimit } = this.#options;
    const own = statistics === undefined || statistics === this.#statistics
      ? this.#statistics
      : takeStatistics("fork a replay buffer", statistics, obsDim, clipLimit);
    return bufferAt({ ...this.#options, clipLimit: own.clipLimit ?? clipLimit }, {
      ring: this.#ring,
      stored: this.#stored,
      unseen: this.#unseen,
      statistics: own,
    });
  }

  /**
   * Makes room for so many experiences, so that it does not run out of memory later.
   *
   * @throws {TypeError} if the number is none.
   * @throws {RangeError} if there is not enough memory.
   */
  reserve(room: number): void {
    takeCount("reserve memory for a replay buffer", "room", room, 0);
    growRing(this.#ring, this.#options, Math.min(room, this.#options.size));
  }

  /** Throws if a fork has overwritten experiences of this buffer. */
  #checkIntact(action: string): void {
    const oldest = this.#stored - this.length;
    if (oldest >= this.#ring.written - this.#options.size) return;
    fail(
      action,
      "a later part of the same training has overwritten its experiences; take a snapshot() of it" +
        " while it is the latest, or make the replay larger",
      RangeError,
    );
  }

  /**
   * Adds an experience. It copies the vectors.
   *
   * @throws {TypeError} if a part is of the wrong kind, or a vector has the wrong length.
   * @throws {RangeError} if a number is not finite in float32.
   */
  store(experience: Experience): void {
    const { obsDim, actDim, size, normUpdateEvery } = this.#options;
    const parts = takeExperience(experience, this.#options);
    const { observation, action, reward, nextObservation, done, starts } = parts;
    if (this.#ring.written !== this.#stored) {
      // A fork went on in the shared memory.
      this.#ring = ReplayBuffer.restore(this.snapshot()).#ring;
    }
    const ring = this.#ring;
    const at = this.#stored % size;
    if (at >= ring.rewards.length) growRing(ring, this.#options, Math.min(2 * at + 1, size));
    ring.observations.set(observation, at * obsDim);
    ring.nextObservations.set(nextObservation, at * obsDim);
    ring.actions.set(action, at * actDim);
    ring.rewards[at] = reward;
    ring.dones[at] = done ? 1 : 0;
    ring.starts[at] = starts ? 1 : 0;
    ring.written = ++this.#stored;
    if (++this.#unseen === normUpdateEvery) this.#updateStatistics();
  }

  /** Merges the observations since the last update into the statistics. */
  #updateStatistics(): void {
    const { obsDim, size } = this.#options;
    const rows = Math.min(this.#unseen, size);
    const vectors = new Float32Array(rows * obsDim);
    for (let r = 0; r < rows; r++) {
      const at = (this.#stored - rows + r) % size;
      vectors.set(this.#ring.observations.subarray(at * obsDim, (at + 1) * obsDim), r * obsDim);
    }
    this.#statistics = mergeStatistics(this.#statistics, vectors, rows);
    this.#unseen = 0;
  }

  /**
   * Normalizes an observation, or several laid end to end, for the actor and the critics.
   *
   * @throws {TypeError} if they are no whole observations.
   * @throws {RangeError} if a number is not finite in float32.
   */
  normalize(observations: ArrayLike<number>): Float32Array {
    const task = "normalize observations";
    const vectors = takeVector(task, "the observations", observations);
    if (vectors.length % this.#options.obsDim !== 0) {
      fail(
        task,
        `their length is ${vectors.length}, expected a multiple of ${this.#options.obsDim}`,
      );
    }
    return normalizeVectors(this.#statistics, vectors);
  }

  /**
   * Draws `batch` experiences uniformly, with replacement. With `steps` above 1 the reward sums
   * those of several steps, `nextObservation` and `done` are of the last one, and `discount` is
   * γ to their number.
   *
   * @throws {TypeError} if the key is not one, or an option is unknown or of the wrong kind.
   * @throws {RangeError} if the buffer is empty, `batch` is not an integer from 1 to 2²⁴, or an
   * option is out of range.
   */
  sample(key: Key, batch: number, options: SampleOptions = {}): Batch {
    const task = "sample from a replay buffer";
    takeKey(task, "key", key);
    takeNumber(task, "batch", batch, { min: 1, max: largestBatch, integer: true });
    checkOptions(task, options, ["backend", "steps", "gamma", "environments"]);
    const { backend, steps = 1, gamma = 0.99, environments = 1 } = options;
    takeCount(task, "steps", steps);
    takeNumber(task, "gamma", gamma, { min: 0, max: 1 });
    takeCount(task, "environments", environments);
    if (this.#stored === 0) fail(task, "it is empty", RangeError);
    this.#checkIntact(task);
    const source = {
      ring: this.#ring,
      sizes: this.#options,
      stored: this.#stored,
      statistics: this.#statistics,
    };
    return sampleBatch(key, batch, source, { backend, steps, gamma, environments });
  }
}

/** The position of an empty buffer, in a ring with room for so many experiences. */
function emptyPosition(options: Required<ReplayOptions>, room: number): Position {
  return {
    ring: makeRing(options, room),
    stored: 0,
    unseen: 0,
    statistics: { ...emptyStatistics(options.obsDim), clipLimit: options.clipLimit },
  };
}

/** Makes a buffer at a position. */
function bufferAt(options: Required<ReplayOptions>, start: Position): ReplayBuffer {
  const withPosition = { ...options, [position]: start };
  return new ReplayBuffer(withPosition);
}

/** An empty buffer whose memory grows with its contents, from `room` experiences on. */
export function growingBuffer(options: ReplayOptions, room: number): ReplayBuffer {
  const action = "make a replay buffer";
  const all = takeReplayOptions({
    ...takeObject(action, "the options", options, "{ obsDim, actDim, size }"),
  });
  return bufferAt(all, emptyPosition(all, Math.min(all.size, room)));
}

/** A copy that does not change with its source. */
function copyStatistics(statistics: RunningStatistics): RunningStatistics {
  const { mean, variance } = statistics;
  return { ...statistics, mean: mean.slice(), variance: variance.slice() };
}
