/**
 * Random numbers from keys: splittable, without hidden state, and the same on every machine and backend.
 *
 * @module
 */
export { type Key, key, randomBits, split } from "./key.ts";
export {
  type DrawOptions,
  normal,
  permutation,
  randint,
  type RangeOptions,
  uniform,
} from "./draw.ts";
