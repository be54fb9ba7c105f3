/**
 * What something that was given is, in a few words: `3`, `"rect"`, `an array`, `a function (rect)`, `a Float64Array`,
 * and what an instance of a class with a `toString` of its own says of itself: `Tensor([2, 3], cpu)`.
 *
 * @example
 * ```ts
 * import { describe } from "@spikeloop/errors";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals([3, "3", [3], {}].map(describe), ["3", '"3"', "an array", "a record"]);
 * ```
 */
export function describe(x: unknown): string {
  if (typeof x === "string") return JSON.stringify(x);
  if (typeof x === "function") return `a function${x.name && ` (${x.name})`}`;
  if (typeof x !== "object" || x === null) return String(x);
  if (Array.isArray(x)) return "an array";
  const prototype: object | null = Object.getPrototypeOf(x);
  if (prototype === null || prototype === Object.prototype) return "a record";
  if (Object.hasOwn(prototype, "toString")) return String(x);
  const { name } = x.constructor;
  return `${/^[AEIOU]/.test(name) ? "an" : "a"} ${name}`;
}

/** The same for the value of an option: one that is undefined is `missing`. */
export function describeOption(x: unknown): string {
  return x === undefined ? "missing" : describe(x);
}
