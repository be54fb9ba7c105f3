import { fail, refuse, takeCount } from "@spikeloop/errors";
import { type Key, split } from "@spikeloop/random";
import type { Backend } from "@spikeloop/backend";
import { broadcastTo, reshape, slice, Tensor, tensor, transpose } from "@spikeloop/tensor";
import { powerlawPsdGaussian } from "./powerlaw.ts";

/** The options of `ColoredNoise`. */
export interface ColoredNoiseOptions {
  /** The node's class, for messages. */
  readonly node: string;
  /** D. */
  readonly units: number;
  /** T, the length of every sequence. */
  readonly steps: number;
  /** Power falls with frequency as (1/f)^beta. */
  readonly beta: number;
  /** The number of sequences [T, N, D] that a run reads: one for the input, one for the output. */
  readonly parts: number;
  /** Whether the node hears it. */
  readonly isTraining: boolean;
}

/**
 * The coloured noise of a node. Drawn noise covers many sequences, so that it goes on from one to
 * the next; a run uses up one sequence, the same in all rows of a batch. Loaded noise has rows of
 * its own, and is not used up.
 */
export class ColoredNoise {
  /** Whether the node hears it. */
  isTraining: boolean;
  readonly #options: ColoredNoiseOptions;
  /** Per part [K, T, D]. */
  #drawn: readonly Float32Array[] | undefined;
  #count = 0;
  /** The number of drawn sequences that have been used. */
  #used = 0;
  /** Per part [T, N, D]. */
  #loaded: readonly Tensor[] | undefined;

  /** Nothing is drawn yet. */
  constructor(options: ColoredNoiseOptions) {
    this.#options = options;
    this.isTraining = options.isTraining;
  }

  /**
   * Draws noise for `count` sequences.
   *
   * @throws {RangeError} if `count` is not an integer of at least 1, or beta has no noise.
   */
  reset(count: number, key: Key): void {
    const { node, units, steps, beta, parts } = this.#options;
    takeCount(`reset the noise of ${node}`, "the number of sequences", count);
    const length = count * steps;
    this.#drawn = split(key, parts).map((k) => {
      const courses = powerlawPsdGaussian(k, beta, [units, length]);
      return Float32Array.from(
        { length: length * units },
        (_, i) => courses[i % units * length + Math.floor(i / units)],
      );
    });
    this.#count = count;
    this.#used = 0;
  }

  /**
   * Returns the noise of the last sequence, [T, parts · D].
   *
   * @throws {Error} if no noise was drawn, or none of it has been used.
   */
  current(): Tensor {
    const { node, units, steps, parts } = this.#options;
    if (this.#drawn === undefined) throw this.#notDrawn("read");
    if (this.#used === 0) {
      throw new Error(
        `Cannot read the noise of ${node}: no sequence has heard it yet; call forward() first`,
      );
    }
    const values = new Float32Array(steps * parts * units);
    const size = steps * units;
    this.#drawn.forEach((noise, part) => {
      for (let i = 0; i < size; i++) {
        const index = (Math.floor(i / units) * parts + part) * units + i % units;
        values[index] = noise[(this.#used - 1) * size + i];
      }
    });
    return tensor(values, [steps, parts * units]);
  }

  /**
   * Uses this noise [N, T, parts · D], one per row of the batch, until `cancelLoad`.
   *
   * @throws {TypeError} if it is not a tensor of that shape.
   */
  load(noise: Tensor): void {
    const { node, units, steps, parts } = this.#options;
    if (
      !(noise instanceof Tensor) || noise.shape.length !== 3 || noise.shape[1] !== steps ||
      noise.shape[2] !== parts * units
    ) {
      const expected = `a tensor of shape [N, ${steps}, ${parts * units}]`;
      refuse(`load noise into ${node}`, "the noise", noise, expected);
    }
    const inTime = transpose(noise, [1, 0, 2]);
    this.#loaded = Array.from(
      { length: parts },
      (_, part) => slice(inTime, [0, 0, part * units], [steps, noise.shape[0], (part + 1) * units]),
    );
  }

  /** Goes back to the noise that was drawn. */
  cancelLoad(): void {
    this.#loaded = undefined;
  }

  /**
   * Returns the sequences [T, N, D] that a run over x hears: none unless `isTraining`.
   *
   * @throws {TypeError} if x has another T, or the noise loaded another N.
   * @throws {Error} if no noise was drawn.
   * @throws {RangeError} if all of it has been used.
   */
  sequences({ shape: [steps, batch, units], backend }: Tensor): readonly Tensor[] {
    const { node } = this.#options;
    if (steps !== this.#options.steps) {
      const expected = `expected T = ${this.#options.steps}, as it was made`;
      fail(`run ${node}`, `the input has T = ${steps}, ${expected}`);
    }
    if (!this.isTraining) return [];
    if (this.#loaded !== undefined) {
      const rows = this.#loaded[0].shape[1];
      if (rows === batch) return this.#loaded = this.#loaded.map((noise) => on(backend, noise));
      const advice = "load noise [N, T, ...] of the same N, or call cancelLoad()";
      fail(
        `run ${node}`,
        `the input has N = ${batch}, the loaded noise ${rows}; ${advice}`,
      );
    }
    if (this.#drawn === undefined) throw this.#notDrawn("run");
    if (this.#used >= this.#count) {
      const problem = `the noise of resetNoise(${this.#count}) is used up`;
      fail(`run ${node}`, `${problem}; call resetNoise(count) again`, RangeError);
    }
    const size = steps * units;
    return this.#drawn.map((noise) => {
      const part = noise.subarray(this.#used * size, (this.#used + 1) * size);
      const one = reshape(tensor(part, [steps, units], { backend }), [steps, 1, units]);
      return broadcastTo(one, [steps, batch, units]);
    });
  }

  /** Marks the noise of a sequence as used. */
  advance(): void {
    if (this.isTraining && this.#loaded === undefined) this.#used++;
  }

  #notDrawn(verb: string): Error {
    return new Error(
      `Cannot ${verb} ${
        verb === "run" ? "" : "the noise of "
      }${this.#options.node}: no noise has been drawn; ` +
        "call resetNoise(count) with the number of sequences to come, or set isTraining to false",
    );
  }
}

/** Returns noise on the backend of the input. Noise loaded on the CPU moves to a device. */
function on(backend: Backend, noise: Tensor): Tensor {
  if (noise.backend === backend || noise.backend.readSync === undefined) return noise;
  return tensor(noise.dataSync(), noise.shape, { backend });
}
