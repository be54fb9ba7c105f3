import { describeOption, shorten } from "./describe.ts";

/** The errors that the library throws for wrong arguments: a kind or shape, a value, a file. */
export type ErrorKind = typeof TypeError | typeof RangeError | typeof SyntaxError;

/**
 * Throws `Cannot <action>: <problem>`. However long they are, the message is not.
 *
 * @param action The failed action, such as `make ilc`.
 * @param problem The value and the expected ones.
 * @param kind The class of the error.
 * @param options The error behind this one, `{ cause }`.
 *
 * @example
 * ```ts
 * import { fail } from "@spikeloop/errors";
 * import { assertThrows } from "@std/assert";
 *
 * assertThrows(() => fail("run linear", "the input has 2 axes, expected 3"), TypeError, "2 axes");
 * ```
 */
export function fail(
  action: string,
  problem: string,
  kind: ErrorKind = TypeError,
  options?: ErrorOptions,
): never {
  throw new kind(`Cannot ${shorten(action)}: ${shorten(problem, 2000)}`, options);
}

/**
 * Throws `Cannot <action>: <name> is <value>, expected <expected>`.
 *
 * @param kind The class of the error; TypeError if missing.
 *
 * @example
 * ```ts
 * import { refuse } from "@spikeloop/errors";
 * import { assertThrows } from "@std/assert";
 *
 * assertThrows(
 *   () => refuse("draw a key", "seed", "7", "an integer"),
 *   TypeError,
 *   'Cannot draw a key: seed is "7", expected an integer',
 * );
 * ```
 */
export function refuse(
  action: string,
  name: string,
  value: unknown,
  expected: string,
  kind?: ErrorKind,
): never {
  return fail(action, `${name} is ${describeOption(value)}, expected ${expected}`, kind);
}
