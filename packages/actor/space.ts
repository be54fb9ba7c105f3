import { fail, isVector, refuse, takeCount } from "@spikeloop/errors";

/** A box of real numbers. Every component has a closed interval of its own. */
export interface Box {
  /** The smallest values; -Infinity for a component without a bound. */
  readonly low: readonly number[];
  /** The largest values; Infinity for a component without a bound. */
  readonly high: readonly number[];
}

/** A choice out of n: the integers from 0 to n - 1. */
export interface Discrete {
  /** The number of choices. */
  readonly n: number;
}

/** The values that actions can have. */
export type Space = Box | Discrete;

/**
 * Makes a box whose components all have the same bounds.
 *
 * @param size The number of components.
 * @param low The smallest value; none if missing.
 * @param high The largest value; none if missing.
 * @throws {TypeError} if an argument is not a number.
 * @throws {RangeError} if the size is not an integer of at least 1, or low is not below high.
 *
 * @example
 * ```ts
 * import { box } from "@spikeloop/actor";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(box(2, -1, 1), { low: [-1, -1], high: [1, 1] });
 * assertEquals(box(1), { low: [-Infinity], high: [Infinity] });
 * ```
 */
export function box(size: number, low = -Infinity, high = Infinity): Box {
  const action = "make a box";
  const length = takeCount(action, "size", size);
  if (length > 2 ** 24) refuse(action, "size", size, "at most 2²⁴", RangeError);
  const bounds = (x: number) => new Array<number>(length).fill(x);
  return takeBox(action, "the box", { low: bounds(low), high: bounds(high) });
}

/**
 * Makes the space of a choice out of n.
 *
 * @throws {TypeError} if n is not a number.
 * @throws {RangeError} if it is not an integer of at least 1.
 *
 * @example
 * ```ts
 * import { discrete, isDiscrete } from "@spikeloop/actor";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(discrete(4), { n: 4 });
 * assertEquals([discrete(4), { low: [0], high: [1] }].map(isDiscrete), [true, false]);
 * ```
 */
export function discrete(n: number): Discrete {
  return Object.freeze({ n: takeCount("make a discrete space", "n", n) });
}

/** Returns whether a space is a choice out of n, and no box. */
export function isDiscrete(space: Space): space is Discrete {
  return typeof space === "object" && space !== null && "n" in space;
}

/**
 * Checks a space.
 *
 * @returns A copy that nobody can change.
 * @throws {TypeError} if it is of another kind, or a box without components.
 * @throws {RangeError} if a low bound is not below its high bound.
 * @throws {RangeError} if `n` is not an integer of at least 1.
 */
export function takeSpace<A extends Space>(action: string, name: string, value: A): A;
export function takeSpace(action: string, name: string, value: Space): Space {
  if (!isDiscrete(value)) return takeBox(action, name, value, boxOrDiscrete);
  return Object.freeze({ n: takeCount(action, `${name}.n`, value.n) });
}

const boxOrDiscrete = "{ low: [...], high: [...] } or { n }";

/**
 * Checks a box.
 *
 * @returns A copy that nobody can change.
 * @throws {TypeError} if it is of another kind, or has no component.
 * @throws {RangeError} if a low bound is not below its high bound.
 */
export function takeBox(
  action: string,
  name: string,
  value: unknown,
  expected = "{ low: [...], high: [...] }",
): Box {
  if (typeof value !== "object" || value === null) return refuse(action, name, value, expected);
  const source: { readonly low?: unknown; readonly high?: unknown } = value;
  const bounds = (part: "low" | "high") => {
    const list = source[part];
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
    fail(action, `${name}.low has length ${low.length}, ${name}.high has ${high.length}`);
  }
  low.forEach((x, i) => {
    if (x < high[i]) return;
    fail(action, `${name}[${i}] is from ${x} to ${high[i]}, expected low < high`, RangeError);
  });
  return Object.freeze({ low: Object.freeze(low), high: Object.freeze(high) });
}
