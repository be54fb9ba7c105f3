// Values that a program without types may pass, and how to try them in every place of a call.
import { input } from "@spikeloop/expr";
import { lif } from "@spikeloop/neuron";
import { key } from "@spikeloop/random";
import { rect } from "@spikeloop/surrogate";
import { tensor } from "@spikeloop/tensor";

const cyclic: Record<string, unknown> = {};
cyclic.self = cyclic;

/** Every kind of value, each made anew for each use. */
export const wrongValues: readonly (() => unknown)[] = [
  () => undefined,
  () => null,
  () => true,
  () => false,
  () => NaN,
  () => Infinity,
  () => -Infinity,
  () => -1,
  () => 0,
  () => -0,
  () => 0.5,
  () => 3,
  () => 2 ** 53,
  () => 1e308,
  () => "",
  () => "a",
  () => "1",
  () => "__proto__",
  () => "constructor",
  () => "x".repeat(1_000_000),
  () => 1n,
  () => Symbol("s"),
  () => [],
  () => [undefined],
  () => new Array(2),
  () => [NaN],
  () => [1, 2],
  () => ["a"],
  () => [[]],
  () => [null],
  () => [[1], [2, 3]],
  () => ({}),
  () => ({ a: 1 }),
  () => Object.create(null),
  () => Object.create({ inherited: 1 }),
  () => cyclic,
  () => new Map([["a", 1]]),
  () => new Set([1]),
  () => new Date(0),
  () => /a/,
  () => new Error("wrong"),
  () => new WeakMap(),
  () => () => 1,
  () => () => undefined,
  () => async () => {
    await undefined;
  },
  () => class Own {},
  () => function* () {},
  () => new ArrayBuffer(8),
  () => new DataView(new ArrayBuffer(8)),
  () => new Float32Array(0),
  () => Float32Array.of(NaN, 1),
  () => new Uint8Array(3),
  () => new BigInt64Array(1),
  () => tensor([1, 2]),
  () => tensor(1),
  () => input("x"),
  () => key(0),
  () => rect(),
  () => lif,
  () => new Proxy({}, {}),
];

/** The error that a call of a public function threw, undefined if it threw none. */
export function errorOf(call: () => unknown): unknown {
  try {
    const result = call();
    // A generator does its work when it is asked for values, a promise later.
    if (result instanceof Promise) result.catch(() => {});
    if (typeof result === "object" && result !== null && "next" in result) {
      const first: unknown = (result as Generator).next();
      if (first instanceof Promise) first.catch(() => {});
    }
    return undefined;
  } catch (error) {
    return error;
  }
}

const engineWords =
  /^Cannot (read propert|destructure|access|convert (a |undefined|object )|mix|perform|assign|create property|define property|set prop|delete|redefine|add property|spread)|is not (a function|iterable|defined|a constructor|an object|async iterable|extensible)|^Invalid (array|typed|DataView|string|count|regular|atomic|date|time)|Maximum call|Map maximum|Set maximum|^Reduce of|^The (number|argument|first|second|"|iterator)|^Right-hand|^Found non-callable|allocation failed|^offset is|^start offset|must be (a|an|of|called|constructed)|^Method |^Object prototype|^Iterator|^Spread|^undefined is|^null is|precision|radix|toString|^First argument|BigInt value/i;

/**
 * Whether an error is one of ours: of a class that fits, in our words, and short enough to read.
 */
export function isOurs(error: unknown): boolean {
  if (error === undefined) return true;
  const { message } = error as Error;
  const isOfClass = error instanceof TypeError || error instanceof RangeError ||
    error instanceof SyntaxError;
  return isOfClass && !engineWords.test(message) && message.length < 2000;
}

/** A public function with arguments that work. */
export interface PublicCall {
  readonly name: string;
  // deno-lint-ignore no-explicit-any
  readonly run: (...args: any[]) => unknown;
  readonly args: () => unknown[];
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null &&
    Object.getPrototypeOf(value) === Object.prototype;
}

/** Tries every wrong value in the place of every argument and of every field of its records. */
export function foreignErrors({ name, run, args }: PublicCall): string[] {
  const found: string[] = [];
  const note = (place: string, value: unknown, call: () => unknown) => {
    const error = errorOf(call);
    if (isOurs(error)) return;
    const shown = typeof value === "string" ? value.slice(0, 20) : describeBriefly(value);
    found.push(`${name}, ${place} = ${shown}: ${String(error).slice(0, 160)}`);
  };
  args().forEach((right, i) => {
    for (const make of wrongValues) {
      const given = args();
      given[i] = make();
      note(`argument ${i}`, given[i], () => run(...given));
    }
    if (!isPlain(right)) return;
    for (const field of Object.keys(right)) {
      for (const make of wrongValues) {
        const given = args();
        const value = make();
        given[i] = { ...(given[i] as object), [field]: value };
        note(`${field} of argument ${i}`, value, () => run(...given));
      }
    }
  });
  return found;
}

function describeBriefly(value: unknown): string {
  try {
    return `${typeof value} ${Deno.inspect(value, { depth: 1 }).slice(0, 40)}`;
  } catch {
    return typeof value;
  }
}
