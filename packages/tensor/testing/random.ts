/** A small generator of pseudo-random numbers for tests: the same numbers for the same seed. */
export class TestRandom {
  #state: number;

  /** Starts at a seed. */
  constructor(seed: number) {
    this.#state = (seed * 2654435761 + 12345) >>> 0;
  }

  /** Uniform in [0, 1). */
  next(): number {
    this.#state = (Math.imul(this.#state, 1664525) + 1013904223) >>> 0;
    return (this.#state >>> 8) / 2 ** 24;
  }

  /** An integer from `min` to `max`, both included. */
  integer(min: number, max: number): number {
    return min + Math.floor(this.next() * (max - min + 1));
  }

  /** One of these. */
  pick<T>(items: readonly T[]): T {
    return items[this.integer(0, items.length - 1)];
  }

  /** Uniform in [-scale, scale), as float32. */
  array(length: number, scale = 1): Float32Array {
    return Float32Array.from({ length }, () => (2 * this.next() - 1) * scale);
  }
}
