import {
  describe,
  fail,
  takeFlag,
  takeFunction,
  takeOneOf,
  takeRecord,
  takeText,
} from "@spikeloop/errors";
import type { Expr } from "@spikeloop/expr";

/**
 * S = Heaviside(u) forward, dS/du = slope(u) backward, where u = membrane - threshold: a surrogate
 * replaces the derivative of a spike. A plain record of `name`, `params` and `slope` is a complete
 * surrogate; the other fields are optional.
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
  /** Its parameters; `surrogate(s.name, s.params)` makes it again. */
  readonly params: Readonly<Record<string, number>>;
  /** h'(u), the derivative that the backward pass uses. */
  slope(u: Expr): Expr;
  /** h(u), the smooth function of a non-spiking forward pass, if there is one. */
  primitive?(u: Expr): Expr;
  /** False uses the primitive as the forward pass, differentiated as written. True by default. */
  readonly spiking?: boolean;
  /** The output of the spiking forward pass: 0 or 1 (the default), a count, or a random 0 or 1. */
  readonly fires?: "binary" | "count" | "bernoulli";
  /**
   * The spiking forward pass, if it is not Heaviside(u). `noise` is uniform in [0, 1), fresh for
   * every unit and step. The derivative of the result is `slope(u)`.
   */
  forward?(u: Expr, noise: Expr): Expr;
}

const kinds = ["binary", "count", "bernoulli"] as const;

/**
 * Checks the name, the slope and the parameters of a surrogate or its definition. Returns the words
 * `<verb> surrogate "<name>"` for further messages.
 */
export function checkParts(
  verb: "use" | "define",
  { name, slope, params }: Partial<Record<keyof Surrogate, unknown>>,
  signature: string,
  kind: string,
): string {
  const action = `${verb} surrogate "${takeText(`${verb} a surrogate`, "name", name)}"`;
  takeFunction(action, "slope", slope, `a function ${signature}`);
  takeRecord(action, "params", params, `a record of ${kind}, {} if it has none`);
  return action;
}

/** Throws, since a surrogate that doesn't spike has no primitive. */
export function refuseSmooth(name: string): never {
  const problem = "spiking is false, but it has no primitive for the forward pass";
  return fail(`use surrogate "${name}"`, problem);
}

/**
 * Checks that a value is a surrogate and returns it.
 *
 * @throws {TypeError} if `value` is not a record of a name, parameters and a slope, if one of its
 * fields is of another kind than {@linkcode Surrogate} says, or if it doesn't spike and has no
 * primitive.
 * @throws {RangeError} if `fires` is an unknown word.
 *
 * @example
 * ```ts
 * import { asSurrogate, rect } from "@spikeloop/surrogate";
 * import { assertThrows } from "@std/assert";
 *
 * asSurrogate(rect());
 * assertThrows(() => asSurrogate("rect"), TypeError);
 * ```
 */
export function asSurrogate(value: unknown): Surrogate {
  if (typeof value !== "object" || value === null) {
    const text = describe(value);
    const hint = typeof value === "function"
      ? "call the factory to make one, as in rect()"
      : typeof value === "string"
      ? `make one, as in surrogate(${text})`
      : "expected rect(), or a record { name, params, slope }";
    fail(`use ${text} as a surrogate`, hint);
  }
  const s: Partial<Record<keyof Surrogate, unknown>> = value;
  const signature = "(u) => expression, the derivative at membrane - threshold";
  const action = checkParts("use", s, signature, "numbers");
  for (const field of ["primitive", "forward"] as const) {
    if (s[field] === undefined) continue;
    takeFunction(action, field, s[field], "a function that returns an expression");
  }
  if (s.spiking !== undefined) takeFlag(action, "spiking", s.spiking);
  if (s.fires !== undefined && takeOneOf(action, "fires", s.fires, kinds) !== "binary") {
    if (s.forward === undefined) {
      fail(action, `it fires "${s.fires}" but has no forward(u, noise) that says how`);
    }
  }
  if (s.spiking === false && s.primitive === undefined) refuseSmooth(`${s.name}`);
  return value as Surrogate;
}
