/** The most letters of a value, a name or a list that a message shows. */
const mostShown = 200;

/**
 * A text, or its beginning and its length if it is longer than a message shows.
 *
 * @example
 * ```ts
 * import { shorten } from "@spikeloop/errors";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(shorten("v"), "v");
 * assertEquals(shorten("v".repeat(1e6), 3), "vvv… (1000000 characters)");
 * ```
 */
export function shorten(text: string, most = mostShown): string {
  return text.length <= most ? text : `${text.slice(0, most)}… (${text.length} characters)`;
}

/**
 * A count with its noun: `1 byte`, `2 bytes`.
 *
 * @example
 * ```ts
 * import { showCount } from "@spikeloop/errors";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals([0, 1, 2].map((n) => showCount(n, "axis", "axes")), ["0 axes", "1 axis", "2 axes"]);
 * ```
 */
export function showCount(n: number | bigint, noun: string, nouns = `${noun}s`): string {
  return `${n} ${Number(n) === 1 ? noun : nouns}`;
}

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
  return shorten(inWords(x));
}

function inWords(x: unknown): string {
  if (typeof x === "string") return JSON.stringify(x);
  if (typeof x === "function") return `a function${x.name && ` (${x.name})`}`;
  if (typeof x !== "object" || x === null) return String(x);
  if (Array.isArray(x)) return "an array";
  if (isRecord(x)) return "a record";
  if (Object.hasOwn(Object.getPrototypeOf(x), "toString")) return String(x);
  const name = x.constructor?.name ?? "Object";
  return `a${/^[AEIOU]/.test(name) ? "n" : ""} ${name}`;
}

/**
 * Describes the value of an option: `missing` if it is undefined, else as {@linkcode describe}.
 *
 * @example
 * ```ts
 * import { describeOption } from "@spikeloop/errors";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals([undefined, null, 2].map(describeOption), ["missing", "null", "2"]);
 * ```
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
  if (typeof x !== "object" || x === null) return false;
  const prototype = Object.getPrototypeOf(x);
  // Records of another window have another Object.prototype, but that has no prototype either.
  return prototype === null || prototype === Object.prototype ||
    Object.getPrototypeOf(prototype) === null;
}

/**
 * Whether a value is an array or a typed array; its entries may be of any kind.
 *
 * @example
 * ```ts
 * import { isVector } from "@spikeloop/errors";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals([[1], new Float32Array(1), "1"].map(isVector), [true, true, false]);
 * ```
 */
export function isVector(value: unknown): value is ArrayLike<unknown> {
  return Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView));
}
