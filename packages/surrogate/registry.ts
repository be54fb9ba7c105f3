import { canonical, describe, didYouMean, fail, shorten, takeFunction } from "@spikeloop/errors";
import * as functions from "./functions/mod.ts";
import { asSurrogate, type Surrogate } from "./surrogate.ts";

type Factory = (options: never) => Surrogate;

/** The names of SpikingJelly's surrogates: its classes. */
export type SpikingJellySurrogate =
  | "ATan"
  | "DeterministicPass"
  | "Erf"
  | "FakeNumericalGradient"
  | "LeakyKReLU"
  | "LogTailedReLU"
  | "MultiLevelSpikeCount"
  | "NonzeroSignLogAbs"
  | "PiecewiseExp"
  | "PiecewiseLeakyReLU"
  | "PiecewiseQuadratic"
  | "PoissonPass"
  | "QPseudoSpike"
  | "Rect"
  | "S2NN"
  | "Sigmoid"
  | "SoftSign"
  | "SquarewaveFourierSeries"
  | "SuperSpike";

/** The names of the surrogates of this package, and those that they have in SpikingJelly. */
export type SurrogateName = keyof typeof functions | SpikingJellySurrogate;

const builtIn: Readonly<Record<string, Factory>> = functions;
const registered = new Map<string, Factory>();

/**
 * Makes a surrogate by name, for checkpoints and configuration files. Case and separators do not
 * count, so SpikingJelly's class names ("ATan", "PiecewiseLeakyReLU") work too. A literal that is
 * neither is a type error; a registered name is found by any value of type `string`.
 *
 * @param params The parameters of the factory with that name; `surrogate(s.name, s.params)` makes
 * `s` again.
 * @throws {RangeError} if no surrogate has that name, or a parameter is out of its range.
 * @throws {TypeError} if a parameter is unknown or of the wrong kind.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { surrogate } from "@spikeloop/surrogate";
 *
 * assertEquals(surrogate("rect", { alpha: 2 }).params.alpha, 2);
 * assertEquals(surrogate("PiecewiseLeakyReLU").name, "piecewiseLeakyReLU");
 * ```
 */
export function surrogate<N extends string>(
  name: string extends N ? N : SurrogateName,
  params: Readonly<Record<string, unknown>> = {},
): Surrogate {
  const factory = typeof name === "string" ? find(name) : undefined;
  if (factory !== undefined) return asSurrogate(factory(params as never));
  const names = surrogateNames();
  const hint = typeof name === "string" ? didYouMean(name, names) : "";
  const action = `find surrogate ${describe(name)}`;
  return fail(action, `expected one of ${names.join(", ")}${hint}`, RangeError);
}

/**
 * Registers a factory of your own, so that {@linkcode surrogate} finds it by name. Registering the
 * same factory again does nothing.
 *
 * @throws {TypeError} if the name is empty or the factory is not a function.
 * @throws {RangeError} if another factory has the name.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { abs, add, div } from "@spikeloop/expr";
 * import { registerSurrogate, surrogate } from "@spikeloop/surrogate";
 *
 * registerSurrogate("hyperbolic", () => ({
 *   name: "hyperbolic",
 *   params: {},
 *   slope: (u) => div(1, add(1, abs(u))),
 * }));
 * const name: string = "hyperbolic"; // as read from a file
 * assertEquals(surrogate(name).name, "hyperbolic");
 * ```
 */
export function registerSurrogate(
  name: string,
  factory: (params: Readonly<Record<string, number>>) => Surrogate,
): void;
/** Registers a factory with types for its parameters. */
export function registerSurrogate<Options>(
  name: string,
  factory: (options: Options) => Surrogate,
): void;
export function registerSurrogate(name: string, factory: Factory): void {
  if (typeof name !== "string" || canonical(name) === "") {
    fail(`register a surrogate under ${describe(name)}`, "expected a name");
  }
  const action = `register surrogate "${name}"`;
  takeFunction(action, "factory", factory, "a factory function");
  const known = find(name);
  if (known === factory) return;
  if (known !== undefined) {
    const names = shorten(surrogateNames().join(", "), 1000);
    fail(action, `another factory has that name, expected none of ${names}`, RangeError);
  }
  registered.set(name, factory);
}

/**
 * Returns the names that {@linkcode surrogate} knows: the built-in ones, then the registered ones.
 *
 * @example
 * ```ts
 * import { surrogateNames } from "@spikeloop/surrogate";
 * import { assert } from "@std/assert";
 *
 * assert(surrogateNames().includes("rect"));
 * ```
 */
export function surrogateNames(): string[] {
  return [...Object.keys(builtIn).sort(), ...[...registered.keys()].sort()];
}

function find(name: string): Factory | undefined {
  const same = surrogateNames().find((known) => canonical(known) === canonical(name));
  return same === undefined ? undefined : registered.get(same) ?? builtIn[same];
}
