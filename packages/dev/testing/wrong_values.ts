// Values that a program without types may pass, and how to try them in every place of a call.
import { input } from "@spikeloop/expr";
import { lif, tauLif } from "@spikeloop/neuron";
import { key } from "@spikeloop/random";
import { rect } from "@spikeloop/surrogate";
import { full, ones, tensor, zeros } from "@spikeloop/tensor";
import { trials } from "./trials.ts";

const cyclic: Record<string, unknown> = {};
cyclic.self = cyclic;
const long = "x".repeat(1_000_000);
const holes = new Array(200_000);
const nothing = Object.create(null);

class Own {
  readonly x = 1;
}

const numbers: readonly number[] = [
  ...[NaN, Infinity, -Infinity, 0, -0, 1, -1, 0.5, 2, 3, 33, 1e-320, 1e300, 1e308],
  ...[1e9, 2 ** 31, 2 ** 32, 2 ** 53],
];

const texts: readonly string[] = [
  ...["", "a", "abc", "1", "0x10", "LIF", "__proto__", "constructor", "\0", "\ud800", long],
];

/** Every kind of value, those that a call may change made anew for each use. */
const wrongValues: readonly (() => unknown)[] = [
  ...[undefined, null, true, false, ...numbers, ...texts].map((value) => () => value),
  ...[0n, 1n, -5n, 2n ** 70n, Symbol("s"), Symbol.iterator].map((value) => () => value),
  // Arrays.
  () => [],
  () => [undefined],
  () => [null],
  () => [[]],
  () => [[0]],
  () => [1],
  () => [NaN],
  () => [Infinity],
  () => [1n],
  () => [, 1],
  () => new Array(2),
  () => new Array(3),
  () => holes,
  () => [1, 2],
  () => [1, 2, 3],
  () => [[1, 2]],
  () => [[1], [2, 3]],
  () => ["a"],
  () => ["1"],
  () => [["a", "a"]],
  // Records, and objects of classes.
  () => ({}),
  () => ({ a: 1 }),
  () => ({ length: 3 }),
  () => ({ length: 1, 0: 5 }),
  () => ({ low: [0], high: [1] }),
  () => ({ type: "LIF" }),
  () => ({ type: nothing }),
  () => ({ type: Symbol("s") }),
  () => ({ then: 1 }),
  () => ({ toString: 1 }),
  () => ({ valueOf: null }),
  () => ({ ...tensor([1, 2, 3]) }),
  () => Object.freeze({ b: undefined }),
  () => Object.create(null),
  () => Object.create({ inherited: 1 }),
  () => Object.create(nothing),
  () => cyclic,
  () => new Proxy({}, {}),
  () => new Map([["a", 1]]),
  () => new Set([1]),
  () => new WeakMap(),
  () => new Date(0),
  () => new Date(NaN),
  () => /a/,
  () => new Error("wrong"),
  () => Promise.resolve(1),
  () => new Own(),
  () => globalThis,
  () => Math,
  () => JSON,
  // Functions.
  () => () => 1,
  () => () => undefined,
  () => async () => {
    await undefined;
  },
  () => class {},
  () => Own,
  () => function* () {},
  // Memory.
  () => new ArrayBuffer(8),
  () => new SharedArrayBuffer(8),
  () => new DataView(new ArrayBuffer(8)),
  () => new Float32Array(0),
  () => new Float32Array(3),
  () => Float32Array.of(NaN, 1),
  () => new Float64Array(1),
  () => new Uint8Array(0),
  () => new Uint8Array(3),
  () => new Uint8Array(64).fill(255),
  () => new Uint8Array(new SharedArrayBuffer(64)),
  () => new BigInt64Array(2),
  // Things that this library makes.
  () => tensor(1),
  () => tensor(NaN),
  () => tensor([1, 2]),
  () => ones([0]),
  () => ones([1]),
  () => ones([3]),
  () => zeros([2, 2]),
  () => full([3], Infinity),
  () => full([3], -1),
  () => input("x"),
  () => key(0),
  () => rect(),
  () => lif,
  () => tauLif,
];

/** A public function with arguments that work. */
export interface PublicCall {
  readonly name: string;
  // deno-lint-ignore no-explicit-any
  readonly run: (...args: any[]) => unknown;
  readonly args: () => unknown[];
  /** How its messages start, by default like all of ours. */
  readonly words?: RegExp;
  /**
   * The fields in which a large number is right, but takes too long or too much memory. By default,
   * every place of a positive integer or a list of them.
   */
  readonly mayBeLarge?: RegExp;
}

/** The error of a call, undefined if there is none. */
async function errorOf(call: () => unknown): Promise<unknown> {
  try {
    const result = await call();
    // A generator does its work when it is asked for values.
    if (typeof result === "object" && result !== null && "next" in result) {
      await (result as Generator | AsyncGenerator).next();
    }
    return undefined;
  } catch (error) {
    return error;
  }
}

const ourWords = /^Cannot /;

/** Engines begin with "Cannot", too. */
const engineWords =
  /^Cannot (read propert|destructure|access|convert (a |undefined|object )|mix|perform|assign|create property|define property|set prop|delete|redefine|add property|spread)|is not (a function|iterable|defined|a constructor|an object|async iterable|extensible)|^Invalid (array|typed|DataView|string|count|regular|atomic|date|time)|Maximum call|Map maximum|Set maximum|^Reduce of|^The (number|argument|first|second|"|iterator)|^Right-hand|^Found non-callable|allocation failed|^offset is|^start offset|must be (a|an|of|called|constructed)|^Method |^Object prototype|^Iterator|^Spread|^undefined is|^null is|precision|radix|toString\(|prototype\.toString|^First argument|BigInt value/i;

/** A count of one with a plural, such as "1 numbers". */
const wrongPlural = /(?<![\w.,-])1 (?!(is|has|does|as|its)\b)[a-z]+s\b/;

/**
 * Whether an error is one of ours: of a class that fits, in our words, in right English as far as
 * counts go, and short enough to read.
 */
function isOurs(error: unknown, words: RegExp = ourWords): boolean {
  if (error === undefined) return true;
  const { constructor, message } = error as Error;
  return [TypeError, RangeError, SyntaxError].some((kind) => kind === constructor) &&
    words.test(message) && !engineWords.test(message) && !wrongPlural.test(message) &&
    message.length < 2000;
}

type Path = readonly (string | number)[];

function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null &&
    Object.getPrototypeOf(value) === Object.prototype;
}

/**
 * The paths to all places in a list of arguments, and in its records and arrays at any depth.
 * Functions that an argument holds are places of their own; a record of functions further in, such
 * as an actor, was made by a function that is tried itself.
 */
function placesOf(value: unknown, path: Path = []): Path[] {
  const isOpen = Array.isArray(value) || isPlain(value) &&
      (path.length === 1 || Object.values(value).every((part) => typeof part !== "function"));
  if (!isOpen) return [path];
  const names = Array.isArray(value) ? [...value.keys()] : Object.keys(value);
  return [path, ...names.flatMap((name) => placesOf(at(value, [name]), [...path, name]))];
}

function at(value: unknown, path: Path): unknown {
  return path.reduce((inner, name) => (inner as Record<string | number, unknown>)[name], value);
}

/** A copy of records and arrays in which `change` was applied to the one that holds a place. */
function changed(value: unknown, [name, ...rest]: Path, change: Change): unknown {
  const copy = (Array.isArray(value) ? [...value] : { ...value as object }) as Holder;
  if (rest.length === 0) change(copy, name);
  else copy[name] = changed(copy[name], rest, change);
  return copy;
}

type Holder = Record<string | number, unknown>;
type Change = (holder: Holder, name: string | number) => void;

/**
 * The errors in foreign words of a call with wrong values in every place of its arguments.
 * Arguments and their fields meet every value, also in the short form; places further in meet one
 * in eight, each other ones.
 */
export async function foreignErrors(
  { name, run, args, words, mayBeLarge }: PublicCall,
): Promise<string[]> {
  const found: string[] = [];
  const note = async (place: string, value: unknown, call: () => unknown) => {
    const error = await errorOf(call);
    if (isOurs(error, words)) return;
    const shown = typeof value === "string" ? value.slice(0, 20) : describeBriefly(value);
    found.push(`${name}, ${place} = ${shown}: ${String(error).slice(0, 160)}`);
  };
  await note("no arguments", undefined, () => run());
  const right = args();
  for (const [turn, path] of placesOf(right).slice(1).entries()) {
    const place = path.join(".");
    const there = at(right, path);
    const isCount = mayBeLarge?.test(`${path.at(-1)}`) ?? [there].flat().every(isPositiveInteger);
    const tryChange = async (value: unknown, change: Change) => {
      const wrongArgs = changed(args(), path, change) as unknown[];
      await note(place, value, () => run(...wrongArgs));
    };
    const stride = path.length <= 2 ? 1 : trials(8, 1);
    for (const make of wrongValues.filter((_, i) => (i + turn) % stride === 0)) {
      const value = make();
      const isSlow = isCount && typeof value === "number" && value > 1000 && value < 2 ** 40;
      if (!isSlow) await tryChange(value, (holder, name) => holder[name] = value);
    }
    if (isPlain(there)) {
      await tryChange("a name too many", (holder, name) => {
        holder[name] = { ...holder[name] as object, vTreshold: 1 };
      });
    }
    if (isPlain(at(right, path.slice(0, -1)))) {
      await tryChange("a name too few", (holder, name) => delete holder[name]);
    }
  }
  return found;
}

function isPositiveInteger(value: unknown): boolean {
  return Number.isInteger(value) && Number(value) > 0;
}

function describeBriefly(value: unknown): string {
  try {
    return `${typeof value} ${Deno.inspect(value, { depth: 1 }).slice(0, 40)}`;
  } catch {
    return typeof value;
  }
}
