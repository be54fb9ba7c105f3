import { type Backend, checkShape, type Shape, sizeOf } from "@spikeloop/backend";
import { checkOptions, takeNumber } from "@spikeloop/errors";
import * as e from "@spikeloop/expr";
import { elementwise, type Tensor, type TensorLike, uploadTensor } from "@spikeloop/tensor";
import { drawWords, type Key, takeKey } from "./key.ts";

/** Where the drawn numbers live. */
export interface DrawOptions {
  /** The CPU if missing. The numbers are the same everywhere. */
  readonly backend?: Backend;
}

/** A range of numbers. */
export interface RangeOptions extends DrawOptions {
  /** The smallest number; 0 if missing. */
  readonly min?: number;
  /** The end of the range, above all numbers; 1 if missing. */
  readonly max?: number;
}

/** Checks key, shape and the names of the options; returns how many numbers to draw. */
function size(operation: string, k: Key, shape: Shape, options: object, known: string[]): number {
  takeKey(`run ${operation}`, "the key", k);
  checkShape(shape, operation);
  checkOptions(`run ${operation}`, options, [...known, "backend"]);
  return sizeOf(shape);
}

function checkRange(operation: string, min: number, max: number): void {
  const action = `run ${operation}`;
  takeNumber(action, "min", min, { float32: true });
  takeNumber(action, "max", takeNumber(action, "max", max, { float32: true }), { above: min });
}

/**
 * Draws numbers uniform in [0, 1), exact in float32: the upper 24 bits of words. For packages that
 * have checked the key.
 *
 * @example
 * ```ts
 * import { fractions, key, uniform } from "@spikeloop/random";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(fractions(key(0), 3), uniform(key(0), [3]).dataSync());
 * ```
 */
export function fractions(k: Key, n: number): Float32Array {
  const words = drawWords(k, n);
  const numbers = new Float32Array(n);
  for (let i = 0; i < n; i++) numbers[i] = (words[i] >>> 8) * 2 ** -24;
  return numbers;
}

/**
 * Draws numbers uniform in [min, max), in steps of (max - min) / 2²⁴.
 *
 * @throws {TypeError} if the key is not one, or an option is unknown.
 * @throws {RangeError} if shape or range are wrong.
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
  return uploadTensor(drawBetween(k, count, min, max), shape, { backend });
}

/**
 * Draws numbers uniform in [min, max), as `uniform` does. For packages that have checked the key.
 *
 * @example
 * ```ts
 * import { drawBetween, key, uniform } from "@spikeloop/random";
 * import { assertEquals } from "@std/assert";
 *
 * const options = { min: -1, max: 1 };
 * assertEquals(drawBetween(key(0), 3, -1, 1), uniform(key(0), [3], options).dataSync());
 * ```
 */
export function drawBetween(k: Key, n: number, min: number, max: number): Float32Array {
  const numbers = fractions(k, n);
  if (min !== 0 || max !== 1) {
    const width = max - min;
    // Rounding may reach max, which is outside; the float32 below it replaces it then.
    const top = below(max);
    for (let i = 0; i < numbers.length; i++) numbers[i] = Math.min(min + width * numbers[i], top);
  }
  return numbers;
}

/** The largest float32 below x. */
export function below(x: number): number {
  const float = Math.fround(x);
  if (float < x) return float;
  // Between a half and one and a half of the distance to the next number, also below 2⁻¹²⁶.
  const step = Math.max(1.25 * 2 ** -24 * Math.abs(float), 1e-45);
  return Math.fround(float - step);
}

/** Box and Muller's transformation of u in (0, 1] and v in [0, 1). */
const boxMuller: (...args: TensorLike[]) => Tensor = /* @__PURE__ */ elementwise(
  "normal",
  2,
  (u, v) => e.mul(e.sqrt(e.mul(-2, e.log(u))), e.cos(e.mul(2 * Math.PI, v))),
);

/**
 * √(-2 ln u) · cos(2π v) of uniform u and v: draws numbers of the standard normal distribution,
 * after Box and Muller. Their bits are the same on every machine, and none is farther from 0 than
 * 5.8.
 *
 * @throws {TypeError} if the key is not one, or an option is unknown.
 * @throws {RangeError} if the shape is wrong.
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
  for (let i = 0; i < n; i++) numbers[i] = 1 - numbers[i];
  const [u, v] = [numbers.subarray(0, n), numbers.subarray(n)];
  const x = boxMuller(uploadTensor(u, shape), uploadTensor(v, shape));
  return options.backend === undefined ? x : uploadTensor(x.dataSync(), shape, options);
}

/**
 * Draws integers from `min` to `max` - 1, evenly likely to within (max - min) / 2³².
 *
 * @throws {TypeError} if the key is not one, or an option is unknown or missing.
 * @throws {RangeError} if shape or range are wrong, or float32 cannot hold the range exactly.
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
  // The integers that float32 holds exactly.
  const exact = { min: -(2 ** 24), max: 2 ** 24, integer: true };
  const { min = 0, backend } = options;
  takeNumber("run randint", "min", min, exact);
  const max = takeNumber("run randint", "max", options.max, exact);
  checkRange("randint", min, max);
  const words = drawWords(k, count);
  const numbers = Float32Array.from(words, (w) => min + Math.floor(w * (max - min) / 2 ** 32));
  return uploadTensor(numbers, shape, { backend });
}

/**
 * Draws an order of the integers from 0 to n - 1, [n].
 *
 * @throws {TypeError} if the key is not one, or an option is unknown.
 * @throws {RangeError} if `n` is not an integer from 0 to 2²⁴.
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
  checkOptions("run permutation", options, ["backend"]);
  takeNumber("run permutation", "n", n, { min: 0, max: 2 ** 24, integer: true });
  const words = drawWords(takeKey("run permutation", "the key", k), n);
  const order = Float32Array.from({ length: n }, (_, i) => i);
  for (let i = n - 1; i > 0; i--) {
    const j = Math.floor(words[i] * (i + 1) / 2 ** 32);
    [order[i], order[j]] = [order[j], order[i]];
  }
  return uploadTensor(order, [n], options);
}
