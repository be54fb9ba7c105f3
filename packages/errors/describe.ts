/**
 * Describes a value in a few words: `3`, `"rect"`, `an array`, `a function (rect)`,
 * `a Float64Array`. An instance of a class with its own `toString` is described by that:
 * `Tensor([2, 3], cpu)`.
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
  const prototype = Object.getPrototypeOf(x);
  if (isTop(prototype)) return "a record";
  if (Object.hasOwn(prototype, "toString")) return String(x);
  const { name } = x.constructor;
  return `a${/^[AEIOU]/.test(name) ? "n" : ""} ${name}`;
}

/**
 * Describes the value of an option: `missing` if it is undefined, else as {@linkcode describe}.
 */
export function describeOption(x: unknown): string {
  return x === undefined ? "missing" : describe(x);
}

/**
 * Whether a value is a plain record such as `{ units: 4 }`; false for arrays, functions and
 * instances of classes (`Map`, `Promise`, `Tensor`).
 *
 * @example
 * ```ts
 * import { isRecord } from "@spikeloop/errors";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals([{}, [], new Map(), null].map(isRecord), [true, false, false, false]);
 * ```
 */
export function isRecord(x: unknown): x is Readonly<Record<string, unknown>> {
  return typeof x === "object" && x !== null && isTop(Object.getPrototypeOf(x));
}

// Records of another window have another Object.prototype, but that has no prototype either.
function isTop(prototype: object | null): boolean {
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
