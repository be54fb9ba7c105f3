const rotations = [13, 15, 26, 6, 17, 29, 16, 24];

/** Keeps sums of words within 32 bits. */
const add32 = (a: number, b: number) => (a + b) | 0;
const rotate = (x: number, by: number) => (x << by) | (x >>> (32 - by));

/**
 * Threefry-2x32 with 20 rounds, the generator of all random numbers.
 *
 * Source: Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3" (SC 2011).
 *
 * @param k0 The first word of the key.
 * @param k1 The second word of the key.
 * @param c0 The first word of the counter.
 * @param c1 The second word of the counter.
 * @returns Two random words.
 */
export function threefry(k0: number, k1: number, c0: number, c1: number): [number, number] {
  const schedule = [k0 | 0, k1 | 0, k0 ^ k1 ^ 0x1bd11bda];
  let a = add32(c0, k0);
  let b = add32(c1, k1);
  for (let round = 0; round < 20; round++) {
    a = add32(a, b);
    b = rotate(b, rotations[round % 8]) ^ a;
    if (round % 4 === 3) {
      const injection = (round + 1) / 4;
      a = add32(a, schedule[injection % 3]);
      b = add32(add32(b, schedule[(injection + 1) % 3]), injection);
    }
  }
  return [a >>> 0, b >>> 0];
}
