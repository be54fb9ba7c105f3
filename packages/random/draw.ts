import * as e from "@spikeloop/expr";
import { checkOptions } from "@spikeloop/errors";
import { type Backend, checkShape, type Shape, sizeOf } from "@spikeloop/backend";
import { elementwise, type Tensor, tensor, type TensorLike } from "@spikeloop/tensor";
import { checkKey, type Key, randomBits } from "./key.ts";

/** Where drawn numbers go. */
export interface DrawOptions {
  /** The CPU if nothing is said. The numbers are the same everywhere. */
  readonly backend?: Backend;
}

/** A range of numbers. */
export interface RangeOptions extends DrawOptions {
  /** The smallest number; 0 if missing. */
  readonly min?: number;
  /** What all numbers stay below; 1 if missing. */
  readonly max?: number;
}

/** How many numbers to draw, once key, shape and the names of the options have been checked. */
function size(operation: string, k: Key, shape: Shape, options: object, known: string[]): number {
  checkKey(k, operation);
  checkShape(shape, operation);
  checkOptions(`run ${operation}`, options, [...known, "backend"]);
  return sizeOf(shape);
}

function checkRange(operation: string, min: number, max: number): void {
  if (!Number.isFinite(Math.fround(min)) || !Number.isFinite(Math.fround(max)) || !(min < max)) {
    throw new RangeError(
      `Cannot run ${operation}: the range is from ${min} to ${max}, expected min < max, both within float32`,
    );
  }
}

/** The upper 24 bits of words as numbers in [0, 1), exact in float32. */
function fractions(k: Key, n: number): Float32Array {
  const words = randomBits(k, n);
  const numbers = new Float32Array(n);
  for (let i = 0; i < n; i++) numbers[i] = (words[i] >>> 8) * 2 ** -24;
  return numbers;
}

/**
 * Numbers uniform in [min, max), in steps of (max - min) / 2²⁴.
 *
 * @throws {TypeError} if the key is none, or an option is unknown. @throws {RangeError} if shape or range are not.
 *
 * @example
 * ```ts
 * import { key, uniform } from "@spikeloop/random";
 * import { assert } from "@std/assert";
 *
 * const x = uniform(key(0), [2, 3], { min: -1, max: 1 });
 * assert(x.dataSync().every((value) => value >= -1 && value < 1));
 * ```
 */
export function uniform(k: Key, shape: Shape, options: RangeOptions = {}): Tensor {
  const count = size("uniform", k, shape, options, ["min", "max"]);
  const { min = 0, max = 1, backend } = options;
  checkRange("uniform", min, max);
  const numbers = fractions(k, count);
  if (min !== 0 || max !== 1) {
    const width = max - min;
    // Rounding may reach max, which is outside: the float32 below it is taken then.
    const top = below(max);
    for (let i = 0; i < numbers.length; i++) numbers[i] = Math.min(min + width * numbers[i], top);
  }
  return tensor(numbers, shape, { backend });
}

/** The float32 before the one nearest to x, or that one where it lies below x. */
function below(x: number): number {
  const float = Float32Array.of(x);
  if (float[0] < x) return float[0];
  const bits = new Int32Array(float.buffer);
  if (float[0] === 0) return -1.401298464324817e-45;
  bits[0] += float[0] > 0 ? -1 : 1;
  return float[0];
}

/** Box and Muller's transformation of u in (0, 1] and v in [0, 1). */
const boxMuller: (...args: TensorLike[]) => Tensor = /* @__PURE__ */ elementwise(
  "normal",
  2,
  (u, v) => e.mul(e.sqrt(e.mul(-2, e.log(u))), e.cos(e.mul(2 * Math.PI, v))),
);

/**
 * Numbers of the standard normal distribution: √(-2 ln u) cos(2π v) of two uniform numbers each, after Box and Muller.
 * The same bits on every machine; no number is farther from 0 than 5.8.
 *
 * @throws {TypeError} if the key is none, or an option is unknown. @throws {RangeError} if the shape is not.
 *
 * @example
 * ```ts
 * import { key, normal } from "@spikeloop/random";
 * import { mean } from "@spikeloop/tensor";
 * import { assertAlmostEquals } from "@std/assert";
 *
 * assertAlmostEquals(mean(normal(key(0), [10000])).item(), 0, 0.05);
 * ```
 */
export function normal(k: Key, shape: Shape, options: DrawOptions = {}): Tensor {
  const n = size("normal", k, shape, options, []);
  const numbers = fractions(k, 2 * n);
  const u = numbers.subarray(0, n).map((x) => 1 - x);
  const made = boxMuller(tensor(u, shape), tensor(numbers.subarray(n), shape));
  return options.backend === undefined ? made : tensor(made.dataSync(), shape, options);
}

/**
 * Integers from `min` to `max` - 1, evenly likely to within (max - min) / 2³².
 *
 * @throws {TypeError} if the key is none, or an option is unknown. @throws {RangeError} if shape or range are not, or float32 cannot hold them.
 *
 * @example
 * ```ts
 * import { key, randint } from "@spikeloop/random";
 * import { assert } from "@std/assert";
 *
 * const dice = randint(key(1), [100], { min: 1, max: 7 });
 * assert(dice.dataSync().every((x) => x >= 1 && x <= 6));
 * ```
 */
export function randint(k: Key, shape: Shape, options: RangeOptions): Tensor {
  const count = size("randint", k, shape, options, ["min", "max"]);
  const { min = 0, max, backend } = options;
  const limit = 2 ** 24;
  if (
    max === undefined || !Number.isInteger(min) || !Number.isInteger(max) ||
    Math.abs(min) > limit || Math.abs(max) > limit
  ) {
    throw new RangeError(
      `Cannot run randint from ${min} to ${max}: expected integers of at most ${limit} in size, which float32 holds exactly`,
    );
  }
  checkRange("randint", min, max);
  const words = randomBits(k, count);
  const numbers = Float32Array.from(words, (w) => min + Math.floor(w * (max - min) / 2 ** 32));
  return tensor(numbers, shape, { backend });
}

/**
 * The integers from 0 to n - 1 in random order, [n].
 *
 * @throws {TypeError} if the key is none, or an option is unknown. @throws {RangeError} if `n` is not an integer from 0 to 2²⁴.
 *
 * @example
 * ```ts
 * import { key, permutation } from "@spikeloop/random";
 * import { assertEquals } from "@std/assert";
 *
 * const order = permutation(key(0), 5);
 * assertEquals([...order.dataSync()].sort(), [0, 1, 2, 3, 4]);
 * ```
 */
export function permutation(k: Key, n: number, options: DrawOptions = {}): Tensor {
  checkKey(k, "permutation");
  if (!Number.isInteger(n) || n < 0 || n > 2 ** 24) {
    throw new RangeError(
      `Cannot run permutation of ${n}: expected an integer from 0 to ${2 ** 24}`,
    );
  }
  const words = randomBits(k, n);
  const order = Float32Array.from({ length: n }, (_, i) => i);
  for (let i = n - 1; i > 0; i--) {
    const j = Math.floor(words[i] * (i + 1) / 2 ** 32);
    [order[i], order[j]] = [order[j], order[i]];
  }
  return tensor(order, [n], options);
}
