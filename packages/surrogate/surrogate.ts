import { describeOption } from "@spikeloop/errors";
import type { Expr } from "@spikeloop/expr";

/**
 * What stands in for the derivative of a spike: S = Heaviside(u) forward, dS/du = slope(u)
 * backward, where u = membrane - threshold. A plain record of `name`, `params` and `slope` is a
 * whole surrogate; the rest is optional.
 *
 * @example
 * ```ts
 * import { abs, add, div, mul } from "@spikeloop/expr";
 * import { fire, type Surrogate } from "@spikeloop/surrogate";
 *
 * const mine: Surrogate = {
 *   name: "mine",
 *   params: { beta: 2 },
 *   slope: (u) => div(1, add(1, mul(2, abs(u)))),
 * };
 * ```
 */
export interface Surrogate {
  /** The name that errors, plots and the registry use. */
  readonly name: string;
  /** The parameters it was made with: `surrogate(s.name, s.params)` makes it again. */
  readonly params: Readonly<Record<string, number>>;
  /** h'(u), the derivative that the backward pass uses. */
  slope(u: Expr): Expr;
  /** h(u), the smooth function that a non-spiking forward pass yields, where there is one. */
  primitive?(u: Expr): Expr;
  /** False puts the primitive into the forward pass, differentiated as written. True by default. */
  readonly spiking?: boolean;
  /** What the spiking forward pass yields, "binary" by default: 0 or 1, a count, a random 0 or 1. */
  readonly fires?: "binary" | "count" | "bernoulli";
  /**
   * The spiking forward pass, where it is not Heaviside(u). `noise` is uniform in [0, 1), fresh for
   * every unit and step. Only its value counts: the derivative is `slope(u)`.
   */
  forward?(u: Expr, noise: Expr): Expr;
}

const kinds: readonly unknown[] = ["binary", "count", "bernoulli"];

/**
 * The surrogate that `value` is, once it has been checked to be one.
 *
 * @throws {TypeError} if `value` is no record of a name, parameters and a slope, or if one of its
 * fields is of another kind than {@linkcode Surrogate} says; or if it is not to spike and has no
 * primitive.
 *
 * @example
 * ```ts
 * import { asSurrogate, rect } from "@spikeloop/surrogate";
 * import { assertThrows } from "@std/assert";
 *
 * asSurrogate(rect()); // is one
 * assertThrows(() => asSurrogate("rect"), TypeError);
 * ```
 */
export function asSurrogate(value: unknown): Surrogate {
  if (typeof value === "function") {
    throw new TypeError(
      "Cannot use a function as a surrogate: call the factory to make one, as in rect()",
    );
  }
  if (typeof value === "string") {
    throw new TypeError(
      `Cannot use the string "${value}" as a surrogate: make one, as in surrogate("${value}")`,
    );
  }
  if (typeof value !== "object" || value === null) {
    throw new TypeError(
      `Cannot use ${value} as a surrogate: expected rect(), or a record { name, params, slope }`,
    );
  }
  const s: Partial<Record<keyof Surrogate, unknown>> = value;
  const fail = (problem: string) => {
    const name = typeof s.name === "string" ? `surrogate "${s.name}"` : "a surrogate";
    return new TypeError(`Cannot use ${name}: ${problem}`);
  };
  if (typeof s.name !== "string" || s.name === "") {
    throw fail(`its name is ${describeOption(s.name)}, expected a string that is not empty`);
  }
  if (typeof s.slope !== "function") {
    throw fail(
      `its slope is ${
        describeOption(s.slope)
      }, expected a function (u) => expression, the derivative at membrane - threshold`,
    );
  }
  if (typeof s.params !== "object" || s.params === null) {
    throw fail(
      `its params are ${describeOption(s.params)}, expected a record of numbers, {} if it has none`,
    );
  }
  for (const field of ["primitive", "forward"] as const) {
    if (s[field] !== undefined && typeof s[field] !== "function") {
      throw fail(
        `its ${field} is ${
          describeOption(s[field])
        }, expected a function that returns an expression`,
      );
    }
  }
  if (s.spiking !== undefined && typeof s.spiking !== "boolean") {
    throw fail(`spiking is ${describeOption(s.spiking)}, expected true or false`);
  }
  if (s.fires !== undefined && !kinds.includes(s.fires)) {
    throw fail(`fires is ${describeOption(s.fires)}, expected "binary", "count" or "bernoulli"`);
  }
  if (s.fires !== undefined && s.fires !== "binary" && s.forward === undefined) {
    throw fail(`it fires "${s.fires}" but has no forward(u, noise) that says how`);
  }
  if (s.spiking === false && s.primitive === undefined) {
    throw fail("spiking is false, but it has no primitive to put into the forward pass");
  }
  return value as Surrogate;
}
