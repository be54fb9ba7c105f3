import { checkOptions, fail, refuse, takeCount, takeFlag, takeNumber } from "@spikeloop/errors";
import { type Key, randomBits, takeKey } from "@spikeloop/random";
import type { Backend } from "@spikeloop/backend";
import { tensor } from "@spikeloop/tensor";
import type { Batch } from "./batch.ts";
import { growRing, makeRing, type ReplayRing, type RingPart, ringWidths } from "./replay_ring.ts";
import {
  emptyStatistics,
  mergeStatistics,
  normalizeVectors,
  type RunningStatistics,
  takeClipLimit,
  takeStatistics,
} from "./running_statistics.ts";
import { isVector, takeObject, takeVector } from "./take_vector.ts";

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
  /** The limit of normalized observations, on both sides of 0; 3 if missing, Infinity for none. */
  readonly clipLimit?: number;
  /** The running statistics are updated after so many new experiences; 50 if missing. */
  readonly normUpdateEvery?: number;
}

/** All that a replay buffer holds, as plain arrays and numbers. */
export interface ReplaySnapshot {
  /** The options of the buffer. */
  readonly options: Required<ReplayOptions>;
  /** The observations, the oldest first, laid end to end. */
  readonly observations: Float32Array;
  /** The next observations. */
  readonly nextObservations: Float32Array;
  /** The actions. */
  readonly actions: Float32Array;
  /** The rewards. */
  readonly rewards: Float32Array;
  /** 1 where the task ended, else 0. */
  readonly dones: Float32Array;
  /** How many experiences were ever stored. */
  readonly stored: number;
  /** How many of them are not in the statistics yet. */
  readonly unseen: number;
  /** The running statistics of the observations. */
  readonly statistics: RunningStatistics;
}

/** A ring, and the place of a buffer in it. */
interface Position {
  readonly ring: ReplayRing;
  readonly stored: number;
  readonly length: number;
  readonly unseen: number;
  readonly statistics: RunningStatistics;
}

const optionNames: readonly (keyof ReplayOptions)[] = [
  "obsDim",
  "actDim",
  "size",
  "clipLimit",
  "normUpdateEvery",
];

/** Among the options, how to make a buffer with a ring that exists. */
const position: unique symbol = Symbol("position");

/** The most experiences of a sample. */
const largestBatch = 2 ** 24;

/** An integer below `n` from two random words, evenly likely to within n / 2³² or n / 2⁵³. */
function pick(n: number, high: number, low: number): number {
  // Up to 2²⁴ these are the integers of `randint`.
  if (n <= 2 ** 24) return Math.floor(high * n / 2 ** 32);
  return Math.min(Math.floor((high * 2 ** 21 + (low >>> 11)) / 2 ** 53 * n), n - 1);
}

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
  #stored = 0;
  #length = 0;
  #unseen = 0;
  #statistics: RunningStatistics;

  /**
   * Makes an empty buffer.
   *
   * @throws {TypeError} if an option is unknown, missing or of the wrong kind.
   * @throws {RangeError} if a size is not an integer of at least 1, or too large for the memory.
   */
  constructor(options: ReplayOptions) {
    const action = "make a replay buffer";
    checkOptions(action, options, optionNames);
    const { normUpdateEvery = 50 } = options;
    this.#options = {
      obsDim: takeCount(action, "obsDim", options.obsDim),
      actDim: takeCount(action, "actDim", options.actDim),
      size: takeCount(action, "size", options.size),
      clipLimit: takeClipLimit(action, "clipLimit", options.clipLimit),
      normUpdateEvery: takeCount(action, "normUpdateEvery", normUpdateEvery),
    };
    const { [position]: shared } = options as { readonly [position]?: Position };
    this.#ring = shared?.ring ?? makeRing(this.#options, this.#options.size);
    this.#stored = shared?.stored ?? 0;
    this.#length = shared?.length ?? 0;
    this.#unseen = shared?.unseen ?? 0;
    this.#statistics = shared?.statistics ??
      { ...emptyStatistics(this.#options.obsDim), clipLimit: this.#options.clipLimit };
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
    const { obsDim, size, clipLimit, normUpdateEvery } = buffer.#options;
    const ring = buffer.#ring;
    const length = Math.min(stored, size);
    for (const [name, width] of Object.entries(ringWidths(buffer.#options))) {
      const part = name as RingPart;
      const source = snapshot[part];
      if (!(source instanceof Float32Array)) refuse(action, name, source, "a Float32Array");
      if (source.length !== length * width) {
        fail(action, `${name} has ${source.length} numbers, expected ${length * width}`);
      }
      if (!source.every(Number.isFinite)) {
        fail(action, `${name} has a number that is not finite`, RangeError);
      }
      // The oldest experience belongs at the place of its number.
      const first = (stored - length) % size * width;
      const whole = Math.min(source.length, size * width - first);
      ring[part].set(source.subarray(0, whole), first);
      ring[part].set(source.subarray(whole), 0);
    }
    ring.written = stored;
    buffer.#stored = stored;
    buffer.#length = length;
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
    return this.#length;
  }

  /** The statistics that normalize observations. */
  get statistics(): RunningStatistics {
    return this.#statistics;
  }

  /** Copies all that the buffer holds. */
  snapshot(): ReplaySnapshot {
    this.#checkIntact("take a snapshot of the replay buffer");
    const { size } = this.#options;
    const copies = Object.entries(ringWidths(this.#options)).map(([name, width]) => {
      const source = this.#ring[name as RingPart];
      const copy = new Float32Array(this.#length * width);
      const first = (this.#stored - this.#length) % size * width;
      const whole = Math.min(copy.length, size * width - first);
      copy.set(source.subarray(first, first + whole));
      copy.set(source.subarray(0, copy.length - whole), whole);
      return [name, copy] as const;
    });
    const parts = Object.fromEntries(copies) as Pick<ReplaySnapshot, RingPart>;
    return {
      ...parts,
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
      : takeStatistics("fork a replay buffer", { clipLimit, ...statistics }, obsDim);
    const shared: Position = {
      ring: this.#ring,
      stored: this.#stored,
      length: this.#length,
      unseen: this.#unseen,
      statistics: own,
    };
    const options = {
      ...this.#options,
      clipLimit: own.clipLimit ?? clipLimit,
      [position]: shared,
    };
    return new ReplayBuffer(options);
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
    const oldest = this.#stored - this.#length;
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
    const task = "store an experience";
    const { observation, action, reward, nextObservation, done } = takeObject(
      task,
      "the experience",
      experience,
      "{ observation, action, reward, nextObservation, done }",
    );
    const { obsDim, actDim, size, normUpdateEvery } = this.#options;
    checkVector(task, "observation", observation, obsDim);
    checkVector(task, "action", action, actDim);
    checkVector(task, "nextObservation", nextObservation, obsDim);
    takeNumber(task, "its reward", reward, { float32: true });
    takeFlag(task, "done", done);
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
    ring.written = ++this.#stored;
    this.#length = Math.min(this.#length + 1, size);
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
        `they have ${vectors.length} numbers, expected a multiple of ${this.#options.obsDim}`,
      );
    }
    return normalizeVectors(this.#statistics, vectors);
  }

  /**
   * Draws `batch` experiences uniformly, with replacement.
   *
   * @throws {TypeError} if the key is not one, or an option is unknown.
   * @throws {RangeError} if the buffer is empty, or `batch` is not an integer from 1 to 2²⁴.
   */
  sample(key: Key, batch: number, options: { readonly backend?: Backend } = {}): Batch {
    const task = "sample from a replay buffer";
    takeKey(task, "key", key);
    takeNumber(task, "batch", batch, { min: 1, max: largestBatch, integer: true });
    checkOptions(task, options, ["backend"]);
    if (this.#length === 0) fail(task, "it is empty", RangeError);
    this.#checkIntact(task);
    const { obsDim, actDim } = this.#options;
    const wide = this.#length > 2 ** 24;
    const words = randomBits(key, wide ? 2 * batch : batch);
    const picks = Array.from(
      { length: batch },
      (_, i) => pick(this.#length, words[i], wide ? words[batch + i] : 0),
    );
    const rows = (from: Float32Array, width: number) => {
      const data = new Float32Array(batch * width);
      picks.forEach((at, row) => {
        for (let i = 0; i < width; i++) data[row * width + i] = from[at * width + i];
      });
      return data;
    };
    const make = (data: Float32Array, shape: number[]) => tensor(data, shape, options);
    const normalized = (from: Float32Array) =>
      make(normalizeVectors(this.#statistics, rows(from, obsDim)), [batch, obsDim]);
    const { observations, nextObservations, actions, rewards, dones } = this.#ring;
    return {
      observation: normalized(observations),
      action: make(rows(actions, actDim), [batch, actDim]),
      reward: make(rows(rewards, 1), [batch]),
      nextObservation: normalized(nextObservations),
      done: make(rows(dones, 1), [batch]),
    };
  }
}

/** An empty buffer whose memory grows with its contents, from `room` experiences on. */
export function growingBuffer(options: ReplayOptions, room: number): ReplayBuffer {
  // A buffer of one experience checks the options.
  const takes = new ReplayBuffer({
    ...takeObject("make a replay buffer", "the options", options, "{ obsDim, actDim, size }"),
    size: 1,
  });
  const { obsDim, clipLimit } = takes.options;
  const size = takeCount("make a replay buffer", "size", options.size);
  const shared: Position = {
    ring: makeRing(takes.options, Math.min(size, room)),
    stored: 0,
    length: 0,
    unseen: 0,
    statistics: { ...emptyStatistics(obsDim), clipLimit },
  };
  const all = { ...takes.options, size, [position]: shared };
  return new ReplayBuffer(all);
}

/** A copy that does not change with its source. */
function copyStatistics(statistics: RunningStatistics): RunningStatistics {
  const { mean, variance } = statistics;
  return { ...statistics, mean: mean.slice(), variance: variance.slice() };
}

/** Checks a vector as `takeVector` does, but copies nothing. */
function checkVector(action: string, name: string, value: unknown, size: number): void {
  if (isVector(value) && value.length === size) {
    let isFine = true;
    for (let i = 0; i < size; i++) {
      const x = value[i];
      isFine &&= typeof x === "number" && Number.isFinite(Math.fround(x));
    }
    if (isFine) return;
  }
  takeVector(action, name, value, size);
}
