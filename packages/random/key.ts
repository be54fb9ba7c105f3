import { describe } from "@spikeloop/errors";
import { threefry } from "./threefry.ts";

/**
 * What random numbers are drawn with. The same key always gives the same numbers; draw others by splitting it.
 */
export interface Key {
  /** The upper word. */
  readonly high: number;
  /** The lower word. */
  readonly low: number;
}

/**
 * A key from a seed: any integer that JavaScript holds exactly.
 *
 * @throws {TypeError} if the seed is no number. @throws {RangeError} if it is no such integer.
 *
 * @example
 * ```ts
 * import { key, uniform } from "@spikeloop/random";
 * import { assertEquals } from "@std/assert";
 *
 * const x = uniform(key(0), [2, 3]);
 * assertEquals(uniform(key(0), [2, 3]).dataSync(), x.dataSync());
 * ```
 */
export function key(seed: number): Key {
  if (!Number.isSafeInteger(seed)) {
    throw new (typeof seed === "number" ? RangeError : TypeError)(
      `Cannot make a key from ${describe(seed)}: expected a safe integer as seed`,
    );
  }
  return { high: Math.floor(seed / 2 ** 32) >>> 0, low: seed >>> 0 };
}

/**
 * Checks that something is a key.
 *
 * @throws {TypeError} otherwise.
 */
export function checkKey(k: Key, operation: string): void {
  if (typeof k !== "object" || k === null || !isWord(k.high) || !isWord(k.low)) {
    throw new TypeError(
      `Cannot run ${operation} with ${describe(k)}: expected a key; make one with key(seed)`,
    );
  }
}

const isWord = (x: unknown) =>
  typeof x === "number" && Number.isInteger(x) && x >= 0 && x < 2 ** 32;

/**
 * Independent keys from one. Use each key once: either split it or draw with it.
 *
 * @throws {RangeError} if `n` is not an integer of at least 0.
 *
 * @example
 * ```ts
 * import { key, normal, split } from "@spikeloop/random";
 * import { assertEquals } from "@std/assert";
 *
 * const [weights, noise] = split(key(42));
 * assertEquals(normal(weights, [4]).size + normal(noise, [4]).size, 8);
 * ```
 */
export function split(k: Key, n = 2): Key[] {
  checkKey(k, "split");
  if (!Number.isInteger(n) || n < 0) {
    throw new RangeError(`Cannot split a key into ${n}: expected an integer of at least 0`);
  }
  return Array.from({ length: n }, (_, i) => {
    const [high, low] = threefry(k.high, k.low, 0x73706c69, i);
    return { high, low };
  });
}

/**
 * `n` random words of 32 bits.
 *
 * @example
 * ```ts
 * import { key, randomBits } from "@spikeloop/random";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(randomBits(key(0), 3), randomBits(key(0), 3)); // a key gives the same words
 * assertEquals(randomBits(key(0), 3).length, 3);
 * ```
 */
export function randomBits(k: Key, n: number): Uint32Array<ArrayBuffer> {
  checkKey(k, "randomBits");
  const words = new Uint32Array(n);
  for (let i = 0; i < n; i += 2) {
    const [a, b] = threefry(k.high, k.low, 0, i >>> 1);
    words[i] = a;
    if (i + 1 < n) words[i + 1] = b;
  }
  return words;
}
