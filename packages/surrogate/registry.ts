import * as functions from "./functions.ts";
import { closest } from "@spikeloop/errors";
import { canonical, quoted } from "./names.ts";
import { asSurrogate, type Surrogate } from "./surrogate.ts";

type Factory = (options: never) => Surrogate;

const builtIn: Readonly<Record<string, Factory>> = functions;
const registered = new Map<string, Factory>();

/**
 * Makes a surrogate by name, as a checkpoint or a configuration file needs. Case and separators do
 * not count, so SpikingJelly's class names ("ATan", "PiecewiseLeakyReLU") find theirs.
 *
 * `params` is the record that the factory of that name takes; `surrogate(s.name, s.params)` makes
 * `s` again.
 *
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
export function surrogate(name: string, params: Readonly<Record<string, unknown>> = {}): Surrogate {
  const factory = typeof name === "string" ? find(name) : undefined;
  if (factory !== undefined) return asSurrogate(factory(params as never));
  const names = surrogateNames();
  const near = typeof name === "string" ? closest(name, names) : [];
  const hint = near.length === 0 ? "" : `; did you mean ${quoted(near)}?`;
  throw new RangeError(
    `Cannot find surrogate ${JSON.stringify(name)}: expected one of ${quoted(names)}${hint}`,
  );
}

/**
 * Lets {@linkcode surrogate} make surrogates of the user's own by name. To register the same
 * factory again does nothing.
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
 * assertEquals(surrogate("hyperbolic").name, "hyperbolic");
 * ```
 */
export function registerSurrogate(
  name: string,
  factory: (params: Readonly<Record<string, number>>) => Surrogate,
): void;
/** The same for a factory whose parameters have types of their own. */
export function registerSurrogate<Options>(
  name: string,
  factory: (options: Options) => Surrogate,
): void;
export function registerSurrogate(name: string, factory: Factory): void {
  if (typeof name !== "string" || canonical(name) === "") {
    throw new TypeError(
      `Cannot register a surrogate under ${JSON.stringify(name)}: expected a name`,
    );
  }
  if (typeof factory !== "function") {
    throw new TypeError(
      `Cannot register surrogate "${name}": got ${typeof factory}, expected a factory function`,
    );
  }
  const known = find(name);
  if (known === factory) return;
  if (known !== undefined) {
    throw new RangeError(
      `Cannot register surrogate "${name}": another factory has that name, and ${
        quoted(surrogateNames())
      } are taken`,
    );
  }
  registered.set(name, factory);
}

/**
 * The names that {@linkcode surrogate} knows: the built-in ones, then those registered.
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
