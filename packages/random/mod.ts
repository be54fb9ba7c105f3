/**
 * Random numbers from keys that can be split: no hidden state, and the same numbers on every
 * machine and backend.
 *
 * @module
 */
export { type Key, key, randomBits, split, takeKey } from "./key.ts";
export {
  drawBetween,
  type DrawOptions,
  fractions,
  normal,
  permutation,
  randint,
  type RangeOptions,
  uniform,
} from "./draw.ts";
