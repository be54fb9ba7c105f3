import { fail, refuse } from "@spikeloop/errors";
import { isVector, takeObject } from "./take_vector.ts";

/** A box of real numbers. Every component has a closed interval of its own. */
export interface Space {
  /** The smallest values; -Infinity for a component without a bound. */
  readonly low: readonly number[];
  /** The largest values; Infinity for a component without a bound. */
  readonly high: readonly number[];
}

/**
 * Checks a space.
 *
 * @returns A copy that nobody can change.
 * @throws {TypeError} if it is of another kind, or has no component.
 * @throws {RangeError} if a low bound is not below its high bound.
 */
export function takeSpace(action: string, name: string, value: unknown): Space {
  const source = takeObject(action, name, value as Space, "{ low: [...], high: [...] }");
  const bounds = (part: "low" | "high") => {
    const list: unknown = source[part];
    if (!isVector(list) || list.length === 0) {
      return refuse(action, `${name}.${part}`, list, "an array of at least one number");
    }
    return Array.from(list, (x, i) => {
      if (typeof x !== "number") refuse(action, `${name}.${part}[${i}]`, x, "a number");
      if (Number.isNaN(x)) refuse(action, `${name}.${part}[${i}]`, x, "a bound", RangeError);
      return x;
    });
  };
  const [low, high] = [bounds("low"), bounds("high")];
  if (low.length !== high.length) {
    fail(action, `${name} has ${low.length} low bounds and ${high.length} high ones`);
  }
  low.forEach((x, i) => {
    if (x < high[i]) return;
    fail(action, `${name}[${i}] is from ${x} to ${high[i]}, expected low < high`, RangeError);
  });
  return Object.freeze({ low: Object.freeze(low), high: Object.freeze(high) });
}

/** Limits `x` to [low, high]. */
export function limit(x: number, low: number, high: number): number {
  return Math.min(Math.max(x, low), high);
}
