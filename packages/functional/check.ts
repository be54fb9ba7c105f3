// What is wrong with what was given, in words.
import { describe } from "@spikeloop/errors";

/**
 * @throws {TypeError} if `value` is not a number.
 * @throws {RangeError} if it is not an integer of at least `min`.
 */
export function checkInteger(what: string, name: string, value: unknown, min: number): void {
  const expected = `expected an integer of at least ${min}`;
  if (typeof value !== "number") {
    throw new TypeError(`Cannot make ${what}: ${name} is ${describe(value)}, ${expected}`);
  }
  if (!Number.isInteger(value) || value < min) {
    throw new RangeError(`Cannot make ${what}: ${name} is ${value}, ${expected}`);
  }
}

/** The ends of an interval. */
export interface Range {
  /** The smallest value allowed. */
  readonly min: number;
  /** The largest value allowed. */
  readonly max?: number;
  /** What the value must stay below. */
  readonly below?: number;
}

/**
 * @throws {TypeError} if `value` is not a number.
 * @throws {RangeError} if it is not finite or out of range.
 */
export function checkNumber(
  what: string,
  name: string,
  value: unknown,
  { min, max = Infinity, below = Infinity }: Range,
): void {
  const expected = `expected a finite number of at least ${min}` +
    (max < Infinity ? ` and at most ${max}` : below < Infinity ? ` and below ${below}` : "");
  if (typeof value !== "number") {
    throw new TypeError(`Cannot run ${what}: ${name} is ${describe(value)}, ${expected}`);
  }
  if (!Number.isFinite(value) || value < min || value > max || value >= below) {
    throw new RangeError(`Cannot run ${what}: ${name} is ${value}, ${expected}`);
  }
}
