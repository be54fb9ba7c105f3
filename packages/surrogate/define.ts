import { checkOptions, takeRecord } from "@spikeloop/errors";
import type { Expr } from "@spikeloop/expr";
import { type Parameter, readParameters } from "./parameters.ts";
import { asSurrogate, checkParts, refuseSmooth, type Surrogate } from "./surrogate.ts";

/** A surrogate as maths: its parameters, and expressions of them and u. */
export interface SurrogateDefinition<Name extends string> {
  /** The name that errors, plots and the registry use. */
  readonly name: string;
  /** Every parameter with its default and range. */
  readonly params: Readonly<Record<Name, Parameter>>;
  /** The output of the spiking forward pass, "binary" by default. See {@linkcode Surrogate}. */
  readonly fires?: Surrogate["fires"];
  /** h'(u), the derivative that the backward pass uses. */
  slope(u: Expr, p: Readonly<Record<Name, number>>): Expr;
  /** h(u), the smooth function of a non-spiking forward pass, if there is one. */
  primitive?(u: Expr, p: Readonly<Record<Name, number>>): Expr;
  /** The spiking forward pass, if it is not Heaviside(u). */
  forward?(u: Expr, noise: Expr, p: Readonly<Record<Name, number>>): Expr;
}

/** The options of a factory: its parameters, and whether the forward pass spikes. */
export type SurrogateOptions<Name extends string> =
  & { readonly [P in Name]?: number }
  & { readonly spiking?: boolean };

const parts: readonly (keyof SurrogateDefinition<never>)[] = [
  "name",
  "params",
  "fires",
  "slope",
  "primitive",
  "forward",
];

/** Makes a surrogate from one record of optional parameters. */
export type SurrogateFactory<Name extends string = never> = (
  options?: SurrogateOptions<Name>,
) => Surrogate;

/**
 * Makes the factory of a surrogate. The factory checks a record of parameters, fills in the
 * defaults, and binds the maths to them.
 *
 * Parameters stay in double precision, so that constants computed from them round to float32 once.
 *
 * @throws {TypeError} if a part is unknown, or name, params or slope are missing or of the wrong
 * kind.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { abs, less, mul } from "@spikeloop/expr";
 * import { defineSurrogate } from "@spikeloop/surrogate";
 *
 * const box = defineSurrogate({
 *   name: "box",
 *   params: { height: { default: 1 }, width: { default: 0.5, above: 0 } },
 *   slope: (u, { height, width }) => mul(height, less(abs(u), width / 2)),
 * });
 * assertEquals(box({ width: 2 }).params.height, 1);
 * ```
 */
export function defineSurrogate<Name extends string>(
  definition: SurrogateDefinition<Name>,
): SurrogateFactory<Name> {
  checkOptions("define a surrogate", definition, parts, "part");
  const action = checkParts("define", definition, "(u, params) => expression", "parameters");
  for (const [key, parameter] of Object.entries(definition.params)) {
    takeRecord(action, `the description of ${key}`, parameter);
  }
  const make = surrogateFactory(definition);
  return (options) => asSurrogate(make(options));
}

/**
 * {@linkcode defineSurrogate} without checks of the definition and of its surrogates, for this
 * package's own: a program that defines none has no code of those checks.
 */
export function surrogateFactory<Name extends string>(
  definition: SurrogateDefinition<Name>,
): SurrogateFactory<Name> {
  const { name, slope, primitive, forward, fires } = definition;
  return (options = {}) => {
    const { params, spiking } = readParameters(name, definition.params, options);
    if (!spiking && !primitive) refuseSmooth(name);
    const p = params as Readonly<Record<Name, number>>;
    return Object.freeze({
      name,
      params,
      spiking,
      slope: (u: Expr) => slope(u, p),
      ...(primitive && { primitive: (u: Expr) => primitive(u, p) }),
      ...(forward && { forward: (u: Expr, noise: Expr) => forward(u, noise, p) }),
      ...(fires && { fires }),
    });
  };
}
