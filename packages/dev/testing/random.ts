// Deterministic numbers for tests.

/** Uniform numbers in [0, 1), the same for the same seed (mulberry32). */
export function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = state + 0x6d2b79f5 >>> 0;
    let z = Math.imul(state ^ state >>> 15, state | 1);
    z ^= z + Math.imul(z ^ z >>> 7, z | 61);
    return ((z ^ z >>> 14) >>> 0) / 2 ** 32;
  };
}

/** An integer from `least` to `most`, both included. */
export function integer(random: () => number, least: number, most: number): number {
  return least + Math.floor(random() * (most - least + 1));
}

/** One of several things. */
export function choice<T>(random: () => number, from: readonly T[]): T {
  return from[integer(random, 0, from.length - 1)];
}

/** Numbers that are hard on kernels. */
export const hardNumbers: readonly number[] = [
  ...[0, -0, 1, -1, NaN, Infinity, -Infinity],
  ...[1e-45, -1e-45, 1e-40, 1.1754943508222875e-38, 3.4028234663852886e38, -3.4028234663852886e38],
];

/** Floats around zero, with a share of hard ones. */
export function floats(random: () => number, count: number, hard = 0): Float32Array {
  return Float32Array.from(
    { length: count },
    () => random() < hard ? choice(random, hardNumbers) : (random() - 0.5) * 4,
  );
}

/** Zeros and ones. */
export function spikes(random: () => number, count: number, rate: number): Float32Array {
  return Float32Array.from({ length: count }, () => random() < rate ? 1 : 0);
}
