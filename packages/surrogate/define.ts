import { checkOptions, describeOption } from "@spikeloop/errors";
import type { Expr } from "@spikeloop/expr";
import { type Parameter, readParameters } from "./parameters.ts";
import { asSurrogate, type Surrogate } from "./surrogate.ts";

/** A surrogate as maths: its parameters, and the expressions that they and u make. */
export interface SurrogateDefinition<Name extends string> {
  /** The name that errors, plots and the registry use. */
  readonly name: string;
  /** Every parameter with its default and range. */
  readonly params: Readonly<Record<Name, Parameter>>;
  /** What the spiking forward pass yields, "binary" by default. See {@linkcode Surrogate}. */
  readonly fires?: Surrogate["fires"];
  /** h'(u), the derivative that the backward pass uses. */
  slope(u: Expr, p: Readonly<Record<Name, number>>): Expr;
  /** h(u), the smooth function of a non-spiking forward pass, where there is one. */
  primitive?(u: Expr, p: Readonly<Record<Name, number>>): Expr;
  /** The spiking forward pass, where it is not Heaviside(u). */
  forward?(u: Expr, noise: Expr, p: Readonly<Record<Name, number>>): Expr;
}

/** The record that a factory takes: its parameters, and whether the forward pass spikes. */
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

/** What is wrong with the rest shows when a surrogate is made: see `asSurrogate`. */
function checkDefinition(definition: SurrogateDefinition<never>): void {
  checkOptions("define a surrogate", definition, parts, "part");
  const { name, params, slope } = definition;
  const fail = (problem: string): never => {
    throw new TypeError(`Cannot define surrogate ${describeOption(name)}: ${problem}`);
  };
  if (typeof name !== "string" || name === "") fail("expected a name that is not empty");
  if (typeof slope !== "function") {
    fail(`its slope is ${describeOption(slope)}, expected a function (u, params) => expression`);
  }
  if (typeof params !== "object" || params === null) {
    fail(`its params are ${describeOption(params)}, expected a record, {} if it has none`);
  }
}

/** Makes a surrogate from one record of parameters, each of which may be left out. */
export type SurrogateFactory<Name extends string = never> = (
  options?: SurrogateOptions<Name>,
) => Surrogate;

/**
 * The factory of a surrogate: checks a record of parameters, fills in the defaults, and binds the
 * maths to them.
 *
 * Parameters stay in double precision, so that constants made from them round to float32 once.
 *
 * @throws {TypeError} if a part is unknown, or name, params or slope are missing or of the wrong kind.
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
  checkDefinition(definition);
  const { name, slope, primitive, forward, fires } = definition;
  return (options = {}) => {
    const { params, spiking } = readParameters(name, definition.params, options);
    const p = params as Readonly<Record<Name, number>>;
    return asSurrogate(Object.freeze({
      name,
      params,
      spiking,
      slope: (u: Expr) => slope(u, p),
      ...(primitive && { primitive: (u: Expr) => primitive(u, p) }),
      ...(forward && { forward: (u: Expr, noise: Expr) => forward(u, noise, p) }),
      ...(fires && { fires }),
    }));
  };
}
