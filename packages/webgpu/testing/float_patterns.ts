const word = new Uint32Array(1);
const float = new Float32Array(word.buffer);

/** The float32 of these bits. */
export function fromBits(bits: number): number {
  word[0] = bits;
  return float[0];
}

/** Numbers that arithmetic treats in special ways. */
export const specialNumbers: readonly number[] = [
  ...[0, 1, 2, 3, 0.5, 2.5, 7, 1 / 3, 100, 127, 149, 2 ** 24 - 1, 2 ** 24, 2 ** 24 + 2, 1e10, 1e30],
  // Denormals, the smallest normal number, the largest numbers, and 1 with its neighbours.
  ...[0x00000001, 0x000116c2, 0x007fffff, 0x00800000, 0x7e800001, 0x7f7fffff].map(fromBits),
  ...[0x3f7fffff, 0x3f800001, Infinity].map((x) => Number.isFinite(x) ? fromBits(x) : x),
].flatMap((x) => [x, -x].map(Math.fround)).concat(NaN);

/**
 * Numbers over the whole range of float32: `mantissas` of every exponent and sign, so infinities,
 * NaN, zeros and denormals too.
 */
export function everyExponent(mantissas: number): number[] {
  const numbers: number[] = [];
  for (let head = 0; head < 512; head++) {
    for (let i = 0; i < mantissas; i++) {
      // The first is 0, the last all ones.
      const mantissa = i === mantissas - 1 ? 0x7fffff : (i * 0x12d687 * (1 + head % 7)) & 0x7fffff;
      numbers.push(fromBits(((head << 23) | mantissa) >>> 0));
    }
  }
  return numbers;
}

/** A generator of numbers in [0, 1), the same for the same seed, in every engine. */
export function generator(seed: number): () => number {
  let state = seed;
  return () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32;
}
