import { fail, isRecord, refuse, takeNumber } from "@spikeloop/errors";
import { threefry } from "./threefry.ts";

/** The source of random numbers. A key always draws the same numbers; split it for others. */
export interface Key {
  /** The upper word. */
  readonly high: number;
  /** The lower word. */
  readonly low: number;
}

/**
 * Makes a key from a seed: any integer that JavaScript holds exactly.
 *
 * @throws {TypeError} if the seed is not a number.
 * @throws {RangeError} if it is not such an integer.
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
    const [words, kind] = typeof seed === "number"
      ? [seed, RangeError] as const
      : [`of type ${typeof seed}`, TypeError] as const;
    fail("make a key", `seed is ${words}, expected a safe integer`, kind);
  }
  return { high: Math.floor(seed / 2 ** 32) >>> 0, low: seed >>> 0 };
}

/**
 * Checks a key, in the manner of the checks in `@spikeloop/errors`.
 *
 * @throws {TypeError} if `value` is anything else.
 *
 * @example
 * ```ts
 * import { key, takeKey } from "@spikeloop/random";
 * import { assertThrows } from "@std/assert";
 *
 * takeKey("make noise", "key", key(0));
 * assertThrows(() => takeKey("make noise", "key", 0), TypeError, "key is 0, expected key(seed)");
 * ```
 */
export function takeKey(action: string, name: string, value: unknown): Key {
  return isRecord(value) && isWord(value.high) && isWord(value.low)
    ? { high: value.high, low: value.low }
    : refuse(action, name, value, "key(seed)");
}

const isWord = (x: unknown): x is number =>
  typeof x === "number" && Number.isInteger(x) && x >= 0 && x < 2 ** 32;

/**
 * Splits a key into `n` independent keys. Use each key once: either split it or draw with it.
 *
 * @throws {TypeError} if the key is not one.
 * @throws {RangeError} if `n` is not an integer from 0 to 2²⁴.
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
  takeKey("split a key", "the key", k);
  takeNumber("split a key", "n", n, { integer: true, min: 0, max: 2 ** 24 });
  const words = new Uint32Array(2);
  const keys = new Array<Key>(n);
  for (let i = 0; i < n; i++) {
    threefry(k.high, k.low, 0x73706c69, i, words, 0);
    keys[i] = { high: words[0], low: words[1] };
  }
  return keys;
}

/**
 * Draws `n` random words of 32 bits.
 *
 * @param words Receives them, an array of `n`; a new one if missing.
 * @returns `words`.
 * @throws {TypeError} if the key is not one.
 *
 * @example
 * ```ts
 * import { key, randomBits } from "@spikeloop/random";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(randomBits(key(0), 3), randomBits(key(0), 3)); // a key draws the same words
 * assertEquals(randomBits(key(0), 3).length, 3);
 * ```
 */
export function randomBits(
  k: Key,
  n: number,
  words?: Uint32Array<ArrayBuffer>,
): Uint32Array<ArrayBuffer> {
  takeNumber("run randomBits", "n", n, { integer: true, min: 0, max: 2 ** 31 });
  return drawWords(takeKey("run randomBits", "the key", k), n, words);
}

/** `randomBits` of a key and a number that were checked. */
export function drawWords(
  { high, low }: Key,
  n: number,
  words: Uint32Array<ArrayBuffer> = new Uint32Array(n),
): Uint32Array<ArrayBuffer> {
  // As signed integers they are passed without an object for each.
  const [k0, k1] = [high | 0, low | 0];
  for (let i = 0; i < n; i += 2) threefry(k0, k1, 0, i >>> 1, words, i);
  return words;
}
