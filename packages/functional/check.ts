// What is wrong with what was given, in words.
import { Tensor } from "@spikeloop/tensor";

/** A value as messages show it. */
export function show(value: unknown): string {
  if (value instanceof Tensor) return String(value);
  if (typeof value === "string") return `"${value}"`;
  if (Array.isArray(value)) return "an array";
  if (typeof value === "function") return `a function${value.name && ` (${value.name})`}`;
  if (typeof value === "object" && value !== null) return "an object";
  return String(value);
}

/**
 * @throws {TypeError} if `options` is not a record, or has a name that is not in `known`.
 */
export function checkOptions(what: string, options: unknown, known: readonly string[]): void {
  if (typeof options !== "object" || options === null || Array.isArray(options)) {
    throw new TypeError(
      `Cannot make ${what}: its options are ${show(options)}, expected a record of ${
        known.join(", ")
      }`,
    );
  }
  const unknown = Object.keys(options).find((k) => !known.includes(k));
  if (unknown !== undefined) {
    throw new TypeError(
      `Cannot make ${what}: it has no option "${unknown}", only ${known.join(", ")}`,
    );
  }
}

/**
 * @throws {TypeError} if `value` is not a number.
 * @throws {RangeError} if it is not an integer of at least `min`.
 */
export function checkInteger(what: string, name: string, value: unknown, min: number): void {
  const expected = `expected an integer of at least ${min}`;
  if (typeof value !== "number") {
    throw new TypeError(`Cannot make ${what}: ${name} is ${show(value)}, ${expected}`);
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
    throw new TypeError(`Cannot run ${what}: ${name} is ${show(value)}, ${expected}`);
  }
  if (!Number.isFinite(value) || value < min || value > max || value >= below) {
    throw new RangeError(`Cannot run ${what}: ${name} is ${value}, ${expected}`);
  }
}

/**
 * @throws {TypeError} if `x` is not a tensor.
 */
export function checkTensor(what: string, name: string, x: unknown): asserts x is Tensor {
  if (!(x instanceof Tensor)) {
    throw new TypeError(
      `Cannot run ${what}: ${name} is ${show(x)}, expected a tensor` +
        (Array.isArray(x) ? " (make one with tensor(...))" : ""),
    );
  }
}
