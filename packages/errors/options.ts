/**
 * The one set of checks for options and other arguments. Each returns the value with its type, or
 * throws `Cannot <action>: <name> is <value>, expected <value>`: a TypeError if the value is
 * missing or of another kind, a RangeError if a number or a word is of the right kind but does not
 * fit. They are separate functions, so that a bundle holds only the ones in use.
 *
 * @example
 * ```ts
 * import { checkOptions, takeCount, takeNumber, takeOneOf } from "@spikeloop/errors";
 * import { assertThrows } from "@std/assert";
 *
 * const modes = ["linear", "log"] as const;
 *
 * function makeEncoder(options: { timeSteps: number; std?: number; mode?: "linear" | "log" }) {
 *   const action = "make an encoder";
 *   checkOptions(action, options, ["timeSteps", "std", "mode"]);
 *   const { timeSteps, std = 1, mode = "linear" } = options;
 *   return {
 *     timeSteps: takeCount(action, "timeSteps", timeSteps),
 *     std: takeNumber(action, "std", std, { above: 0 }),
 *     mode: takeOneOf(action, "mode", mode, modes),
 *   };
 * }
 *
 * makeEncoder({ timeSteps: 5, mode: "log" });
 * assertThrows(
 *   () => makeEncoder({ timeSteps: 5, std: 0 }),
 *   RangeError,
 *   "Cannot make an encoder: std is 0, expected a finite number above 0",
 * );
 * ```
 *
 * @module
 */
import { canonical, didYouMean } from "./closest.ts";
import { describe, describeOption, isRecord, shorten } from "./describe.ts";
import { fail, refuse } from "./fail.ts";

/** Names that PyTorch and SpikingJelly have for options of this library. */
const aliases: Readonly<Record<string, string>> = {
  lr: "learningRate",
  eps: "epsilon",
  dim: "axis",
  device: "backend",
  seed: "key",
  generator: "key",
  surrogatefunction: "surrogate",
  numneurons: "units",
  t: "timeSteps",
  p: "rate",
};

/**
 * Checks that options are a plain record of known names. PyTorch's names, such as `lr`, lead to
 * these too.
 *
 * @param action The action that needs the options, such as `make ilc`.
 * @param noun The word for one of them in messages.
 * @throws {TypeError} if they are not a plain record, or have a name that is not in `known`; the
 * message suggests close ones.
 *
 * @example
 * ```ts
 * import { checkOptions } from "@spikeloop/errors";
 * import { assertThrows } from "@std/assert";
 *
 * assertThrows(
 *   () => checkOptions("make a node", { v_treshold: 1 }, ["vReset", "vThreshold"]),
 *   TypeError,
 *   'it has no option "v_treshold", only vReset, vThreshold; did you mean vThreshold?',
 * );
 * ```
 */
export function checkOptions(
  action: string,
  options: unknown,
  known: readonly string[],
  noun?: string,
): void {
  checkNames(action, options, known, noun, aliases);
}

/**
 * {@linkcode checkOptions} of records for which PyTorch has no names of its own.
 *
 * @param aliases Other names for those in `known`, by their {@linkcode canonical} form.
 * @throws {TypeError} if they are not a plain record, or have a name that is not in `known`.
 *
 * @example
 * ```ts
 * import { checkNames } from "@spikeloop/errors";
 * import { assertThrows } from "@std/assert";
 *
 * assertThrows(
 *   () => checkNames("make a surrogate", { alhpa: 1 }, ["alpha"], "parameter"),
 *   TypeError,
 *   'it has no parameter "alhpa", only alpha; did you mean alpha?',
 * );
 * ```
 */
export function checkNames(
  action: string,
  options: unknown,
  known: readonly string[],
  noun = "option",
  aliases: Readonly<Record<string, string>> = {},
): void {
  if (!isRecord(options)) {
    fail(action, `its ${noun}s are ${describe(options)}, expected a record of ${known.join(", ")}`);
  }
  // A loop without Object.keys allocates nothing: every new tensor comes by here.
  for (const name in options) {
    if (known.includes(name)) continue;
    const only = known.length === 0 ? "it takes none" : `only ${known.join(", ")}`;
    const hint = didYouMean(aliases[canonical(name)] ?? name, known);
    fail(action, `it has no ${noun} "${shorten(name)}", ${only}${hint}`);
  }
}

/** Where a number may lie. */
export interface Range {
  /** It must be at least this. */
  readonly min?: number;
  /** It must be above this. */
  readonly above?: number;
  /** It must be at most this. */
  readonly max?: number;
  /** It must be below this. */
  readonly below?: number;
  /** It must be a (safe) integer. */
  readonly integer?: boolean;
  /** It must lie there after rounding to float32 too, as kernels see it. */
  readonly float32?: boolean;
}

/**
 * Checks a finite number.
 *
 * @throws {TypeError} if `value` is not a number.
 * @throws {RangeError} if it is not finite or lies outside the range.
 *
 * @example
 * ```ts
 * import { takeNumber } from "@spikeloop/errors";
 * import { assertThrows } from "@std/assert";
 *
 * assertThrows(
 *   () => takeNumber("make td3", "gamma", 1.5, { min: 0, max: 1 }),
 *   RangeError,
 *   "Cannot make td3: gamma is 1.5, expected a finite number of at least 0 and at most 1",
 * );
 * ```
 */
export function takeNumber(
  action: string,
  name: string,
  value: unknown,
  { min = -Infinity, above = -Infinity, max = Infinity, below = Infinity, integer, float32 }:
    Range = {},
): number {
  const fits = (x: number) =>
    (integer ? Number.isSafeInteger(x) : Number.isFinite(x)) &&
    x >= min && x > above && x <= max && x < below;
  const isNumber = typeof value === "number";
  if (isNumber && fits(value) && fits(float32 ? Math.fround(value) : value)) return value;
  const bounds = [[" of at least", min], [" above", above], [" of at most", max], [" below", below]]
    .filter(([, bound]) => Number.isFinite(bound))
    .map((words) => words.join(" ")).join(" and").replace("and of", "and");
  const expected = integer ? "an integer" : `a finite ${float32 ? "float32 " : ""}number`;
  return refuse(action, name, value, expected + bounds, isNumber ? RangeError : TypeError);
}

/**
 * Checks an integer of at least `least`.
 *
 * @throws {TypeError} if `value` is not a number.
 * @throws {RangeError} if it is not an integer, or less than `least`.
 *
 * @example
 * ```ts
 * import { takeCount } from "@spikeloop/errors";
 * import { assertThrows } from "@std/assert";
 *
 * assertThrows(
 *   () => takeCount("make ilc", "groups", undefined),
 *   TypeError,
 *   "Cannot make ilc: groups is missing, expected an integer of at least 1",
 * );
 * ```
 */
export function takeCount(action: string, name: string, value: unknown, least = 1): number {
  return takeNumber(action, name, value, { min: least, integer: true });
}

/**
 * Checks a boolean.
 *
 * @throws {TypeError} if `value` is neither true nor false.
 *
 * @example
 * ```ts
 * import { takeFlag } from "@spikeloop/errors";
 * import { assertThrows } from "@std/assert";
 *
 * assertThrows(() => takeFlag("make ilc", "detachReset", 1), TypeError, "expected true or false");
 * ```
 */
export function takeFlag(action: string, name: string, value: unknown): boolean {
  return typeof value === "boolean" ? value : refuse(action, name, value, "true or false");
}

/**
 * Checks a string that is not empty.
 *
 * @throws {TypeError} if `value` is anything else.
 *
 * @example
 * ```ts
 * import { takeText } from "@spikeloop/errors";
 * import { assertThrows } from "@std/assert";
 *
 * assertThrows(() => takeText("define a neuron", "name", ""), TypeError, 'name is ""');
 * ```
 */
export function takeText(action: string, name: string, value: unknown): string {
  if (typeof value === "string" && value !== "") return value;
  return refuse(action, name, value, "a non-empty string");
}

/**
 * Checks a word, or a number, out of a few.
 *
 * @throws {TypeError} if `value` is of another kind.
 * @throws {RangeError} if it is not in `choices`; the message suggests close ones.
 *
 * @example
 * ```ts
 * import { takeOneOf } from "@spikeloop/errors";
 * import { assertThrows } from "@std/assert";
 *
 * assertThrows(
 *   () => takeOneOf("make an encoder", "mode", "lin", ["line", "log"]),
 *   RangeError,
 *   'Cannot make an encoder: mode is "lin", expected one of line, log; did you mean line?',
 * );
 * ```
 */
export function takeOneOf<T extends string | number>(
  action: string,
  name: string,
  value: unknown,
  choices: readonly T[],
): T {
  if (choices.includes(value as T)) return value as T;
  const [hint, kind] = typeof value === typeof choices[0]
    ? [didYouMean(String(value), choices.map(String)), RangeError]
    : ["", TypeError];
  return refuse(action, name, value, `one of ${choices.join(", ")}${hint}`, kind);
}

/** Whether a function is a class, which cannot be called. */
function isClass(f: unknown): boolean {
  return /^class\b/.test(Function.prototype.toString.call(f));
}

/**
 * Checks a function.
 *
 * @param expected The expected value in words, if `a function` does not say enough.
 * @throws {TypeError} if `value` is not a function.
 *
 * @example
 * ```ts
 * import { takeFunction } from "@spikeloop/errors";
 * import { assertThrows } from "@std/assert";
 *
 * assertThrows(() => takeFunction("make a layer", "f", 1), TypeError, "expected a function");
 * ```
 */
export function takeFunction<F>(
  action: string,
  name: string,
  value: F,
  expected = "a function",
): F & ((...args: never[]) => unknown) {
  if (typeof value !== "function") return refuse(action, name, value, expected);
  if (isClass(value)) {
    const own = describeOption(value).replace(/^a function/, "a class");
    fail(action, `${name} is ${own}, expected ${expected}; write () => new ...`);
  }
  return value as F & ((...args: never[]) => unknown);
}

/**
 * Checks an array, and every entry by another of these functions.
 *
 * @param length How many entries it must have, if that is fixed.
 * @param expected The expected value in words, if `an array` does not say enough.
 * @throws {TypeError} if `value` is not an array, or of another length.
 *
 * @example
 * ```ts
 * import { takeCount, takeList } from "@spikeloop/errors";
 * import { assertThrows } from "@std/assert";
 *
 * assertThrows(
 *   () => takeList("make ilcSan", "hiddenSizes", [64, 0], takeCount),
 *   RangeError,
 *   "Cannot make ilcSan: hiddenSizes[1] is 0, expected an integer of at least 1",
 * );
 * ```
 */
export function takeList<T>(
  action: string,
  name: string,
  value: unknown,
  take: (action: string, name: string, value: unknown) => T,
  length?: number,
  expected = "an array",
): T[] {
  if (!Array.isArray(value)) return refuse(action, name, value, expected);
  if (length !== undefined && value.length !== length) {
    refuse(action, `${name}.length`, value.length, `${length}`);
  }
  return Array.from(value, (entry, i) => take(action, `${name}[${i}]`, entry));
}

/**
 * Checks a plain record.
 *
 * @param expected The expected value in words, if `a record` does not say enough.
 * @throws {TypeError} if `value` is anything else: an array, a `Map`, an instance of a class.
 *
 * @example
 * ```ts
 * import { takeRecord } from "@spikeloop/errors";
 * import { assertThrows } from "@std/assert";
 *
 * assertThrows(() => takeRecord("make ilc", "params", [1]), TypeError, "params is an array");
 * ```
 */
export function takeRecord(
  action: string,
  name: string,
  value: unknown,
  expected = "a record",
): Readonly<Record<string, unknown>> {
  return isRecord(value) ? value : refuse(action, name, value, expected);
}
