import { fail, takeNumber } from "@spikeloop/errors";
import { tensor } from "@spikeloop/tensor";
import type { Rollout } from "../rollout.ts";
import {
  mergeStatistics,
  normalizeVectors,
  type RunningStatistics,
} from "../running_statistics.ts";

/** The sizes of a rollout. */
export interface RolloutSizes {
  /** T. */
  readonly steps: number;
  /** N. */
  readonly environments: number;
  /** How many numbers an observation has. */
  readonly obsDim: number;
  /** How many numbers are drawn for an action. */
  readonly sampleDim: number;
}

/** One step of one environment. */
export interface RolloutStep {
  readonly observation: ArrayLike<number>;
  readonly sample: ArrayLike<number>;
  readonly reward: number;
  readonly nextObservation: ArrayLike<number>;
  readonly terminated: boolean;
  readonly truncated: boolean;
  /** Whether an episode starts with it. */
  readonly starts: boolean;
}

/** The numbers of a rollout, each [T, N, ...]. */
export type RolloutArrays = Readonly<Record<keyof Rollout, Float32Array>>;

/** All that a rollout memory holds. */
export interface RolloutSnapshot {
  /** The steps of each environment that it holds. */
  readonly length: number;
  readonly arrays: RolloutArrays;
}

/** The steps since the last update. Observations are stored raw. */
export class RolloutMemory {
  readonly #sizes: RolloutSizes;
  readonly #widths: Readonly<Record<keyof Rollout, number>>;
  readonly #arrays: RolloutArrays;
  #length = 0;

  /** Makes an empty memory. */
  constructor(sizes: RolloutSizes) {
    this.#sizes = sizes;
    const { obsDim, sampleDim } = sizes;
    this.#widths = {
      observation: obsDim,
      sample: sampleDim,
      reward: 1,
      nextObservation: obsDim,
      terminated: 1,
      truncated: 1,
    };
    const rows = sizes.steps * sizes.environments;
    this.#arrays = this.#map((width) => new Float32Array(rows * width));
  }

  #map<T>(f: (width: number, name: keyof Rollout) => T): Record<keyof Rollout, T> {
    const entries = Object.entries(this.#widths)
      .map(([name, width]) => [name, f(width, name as keyof Rollout)]);
    return Object.fromEntries(entries);
  }

  /** Whether it holds a whole rollout. */
  get isFull(): boolean {
    return this.#length === this.#sizes.steps;
  }

  /**
   * Adds one step of every environment. Where an episode starts though the one before has not
   * ended, as after an interruption, that one was cut.
   */
  push(steps: readonly RolloutStep[]): void {
    const { environments } = this.#sizes;
    const ends = this.#arrays;
    steps.forEach((step, i) => {
      const row = this.#length * environments + i;
      const { reward, terminated, truncated, starts } = step;
      const before = row - environments;
      if (starts && before >= 0 && ends.terminated[before] === 0) ends.truncated[before] = 1;
      const parts = {
        ...step,
        reward: [reward],
        terminated: [+terminated],
        truncated: [+truncated],
      };
      this.#map((width, name) => this.#arrays[name].set(parts[name], row * width));
    });
    this.#length++;
  }

  /** Returns the rollout with observations that the statistics normalize, and forgets it. */
  take(statistics: RunningStatistics): Rollout {
    const { steps, environments } = this.#sizes;
    this.#length = 0;
    return this.#map((width, name) => {
      const isObservation = name === "observation" || name === "nextObservation";
      const data = this.#arrays[name];
      const shape = [steps, environments];
      const isScalar = name === "reward" || name === "terminated" || name === "truncated";
      return tensor(
        isObservation ? normalizeVectors(statistics, data) : data.slice(),
        isScalar ? shape : [...shape, width],
      );
    });
  }

  /** The statistics with the observations of a whole rollout; call it before `take`. */
  merged(statistics: RunningStatistics): RunningStatistics {
    const { observation } = this.#arrays;
    return mergeStatistics(statistics, observation, this.#sizes.steps * this.#sizes.environments);
  }

  /** Copies all that it holds. */
  snapshot(): RolloutSnapshot {
    const rows = this.#length * this.#sizes.environments;
    return {
      length: this.#length,
      arrays: this.#map((width, name) => this.#arrays[name].slice(0, rows * width)),
    };
  }

  /**
   * Replaces the contents by those of a snapshot out of a file.
   *
   * @throws {TypeError} if the parts do not fit.
   * @throws {RangeError} if the length is out of range.
   */
  restore(
    action: string,
    { length: value, arrays }: {
      readonly length: unknown;
      readonly arrays: Readonly<Record<string, Float32Array | undefined>>;
    },
  ): void {
    const { steps, environments } = this.#sizes;
    const length = takeNumber(action, "the rollout's length", value, {
      min: 0,
      below: steps,
      integer: true,
    });
    this.#map((width, name) => {
      const data = arrays[name];
      const size = length * environments * width;
      if (data?.length !== size) {
        fail(action, `${name} of the rollout has length ${data?.length}, expected ${size}`);
      }
      this.#arrays[name].set(data);
    });
    this.#length = length;
  }
}
