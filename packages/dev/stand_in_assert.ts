import { inspect } from "node:util";
import { equal } from "./equal.ts";
import type { Assertions, ClassOf } from "./assertions.ts";

class AssertionError extends Error {
  override name = "AssertionError";
}

/**
 * The assertions of `@std/assert` in plain Deno, for machines that cannot download it. They pass
 * and throw for the same values; only the messages are plainer.
 */
export const standInAssert: Assertions = {
  AssertionError,
  assert: (expr, msg) => check(!!expr, () => msg ?? "Expected a truthy value"),
  assertFalse: (expr, msg) => check(!expr, () => msg ?? `Expected ${show(expr)} to be falsy`),
  assertEquals: relation("to equal", equal),
  assertNotEquals: relation("not to equal", (a, b) => !equal(a, b)),
  assertStrictEquals: relation("to be the same as", Object.is),
  assertNotStrictEquals: relation("not to be the same as", (a, b) => !Object.is(a, b)),
  assertGreater: relation(">", (a, b) => a > b),
  assertGreaterOrEqual: relation(">=", (a, b) => a >= b),
  assertLess: relation("<", (a, b) => a < b),
  assertLessOrEqual: relation("<=", (a, b) => a <= b),
  assertAlmostEquals(actual, expected, tolerance, msg) {
    const allowed = tolerance ?? (Number.isFinite(expected) ? Math.abs(expected * 1e-7) : 1e-7);
    const holds = Object.is(actual, expected) || Math.abs(expected - actual) <= allowed;
    check(holds, () => `Expected ${actual} to be within ${allowed} of ${expected}`, msg);
  },
  assertExists: (actual, msg) =>
    check(actual !== undefined && actual !== null, () => `Expected a value, got ${actual}`, msg),
  assertInstanceOf: (actual, type, msg) =>
    check(actual instanceof type, () => `Expected ${show(actual)} to be a ${type.name}`, msg),
  assertMatch: relation("to match", (text: string, pattern: RegExp) => pattern.test(text)),
  assertNotMatch: relation("not to match", (text: string, pattern: RegExp) => !pattern.test(text)),
  assertStringIncludes: relation("to contain", (text: string, part: string) => text.includes(part)),
  assertArrayIncludes: relation(
    "to include",
    (all: ArrayLike<unknown>, some: ArrayLike<unknown>) =>
      Array.from(some).every((item) => Array.from(all).some((other) => equal(item, other))),
  ),
  assertIsError(error, type, message, msg) {
    check(error instanceof Error, () => `Expected an Error, got ${show(error)}`, msg);
    if (type) standInAssert.assertInstanceOf(error, type, msg);
    if (!message || !(error instanceof Error)) return;
    const said = typeof message === "string"
      ? error.message.includes(message)
      : message.test(error.message);
    check(said, () => `Expected the message ${show(error.message)} to match ${message}`, msg);
  },
  assertThrows<E extends Error>(
    fn: () => unknown,
    type?: ClassOf<E> | string,
    message?: string,
    msg?: string,
  ): E {
    return thrown(attempt(fn), type, message, msg);
  },
  async assertRejects<E extends Error>(
    fn: () => PromiseLike<unknown>,
    type?: ClassOf<E> | string,
    message?: string,
    msg?: string,
  ): Promise<E> {
    const call = attempt(fn);
    if ("error" in call) throw new AssertionError("Expected a rejection, but the call threw");
    return thrown(await settle(call.value), type, message, msg);
  },
  fail: (msg) => raise(`Failed assertion${msg ? `: ${msg}` : ""}`),
  unreachable: (msg) => raise(`Unreachable${msg ? `: ${msg}` : ""}`),
};

type Outcome = { readonly value: unknown } | { readonly error: unknown };

function attempt(fn: () => unknown): Outcome {
  try {
    return { value: fn() };
  } catch (error) {
    return { error };
  }
}

async function settle(value: unknown): Promise<Outcome> {
  const isThenable = typeof value === "object" && value !== null && "then" in value;
  if (!isThenable) throw new AssertionError("Expected a promise");
  try {
    return { value: await value };
  } catch (error) {
    return { error };
  }
}

function thrown<E extends Error>(
  outcome: Outcome,
  type: ClassOf<E> | string | undefined,
  message: string | undefined,
  msg: string | undefined,
): E {
  if (typeof type === "string") return thrown(outcome, undefined, undefined, type);
  if (!("error" in outcome)) raise(`Expected an error${msg ? `: ${msg}` : ""}`);
  if (type) standInAssert.assertIsError(outcome.error, type, message, msg);
  return outcome.error as E;
}

function relation<A, B>(words: string, holds: (a: A, b: B) => boolean) {
  return (actual: A, expected: B, msg?: string): void =>
    check(
      holds(actual, expected),
      () => `Expected ${show(actual)} ${words} ${show(expected)}`,
      msg,
    );
}

function check(holds: boolean, expectation: () => string, msg?: string): void {
  if (!holds) raise(msg === undefined ? expectation() : `${expectation()}: ${msg}`);
}

function raise(message: string): never {
  throw new AssertionError(message);
}

function show(x: unknown): string {
  return inspect(x, { depth: 6, maxArrayLength: 40 });
}
