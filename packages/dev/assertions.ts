/** A class whose instances are `E`, whatever its constructor takes. */
export type ClassOf<E> = abstract new (...args: never[]) => E;

/** The values that {@linkcode Assertions.assertFalse} accepts. */
export type Falsy = false | 0 | 0n | "" | null | undefined;

/** The part of `@std/assert` that the tests and examples of this repository use. */
export interface Assertions {
  /** The error that a failed assertion throws. */
  readonly AssertionError: new (message: string) => Error;
  assert(expr: unknown, msg?: string): asserts expr;
  assertFalse(expr: unknown, msg?: string): asserts expr is Falsy;
  assertEquals<T>(actual: T, expected: T, msg?: string): void;
  assertNotEquals<T>(actual: T, expected: T, msg?: string): void;
  assertStrictEquals<T>(actual: unknown, expected: T, msg?: string): asserts actual is T;
  assertNotStrictEquals<T>(actual: T, expected: T, msg?: string): void;
  assertAlmostEquals(actual: number, expected: number, tolerance?: number, msg?: string): void;
  assertGreater<T>(actual: T, expected: T, msg?: string): void;
  assertGreaterOrEqual<T>(actual: T, expected: T, msg?: string): void;
  assertLess<T>(actual: T, expected: T, msg?: string): void;
  assertLessOrEqual<T>(actual: T, expected: T, msg?: string): void;
  assertExists<T>(actual: T, msg?: string): asserts actual is NonNullable<T>;
  assertInstanceOf<T extends ClassOf<unknown>>(
    actual: unknown,
    expectedType: T,
    msg?: string,
  ): asserts actual is InstanceType<T>;
  assertMatch(actual: string, expected: RegExp, msg?: string): void;
  assertNotMatch(actual: string, expected: RegExp, msg?: string): void;
  assertStringIncludes(actual: string, expected: string, msg?: string): void;
  assertArrayIncludes<T>(
    actual: ArrayLike<T> & object,
    expected: ArrayLike<T> & object,
    msg?: string,
  ): void;
  assertIsError<E extends Error = Error>(
    error: unknown,
    ErrorClass?: ClassOf<E>,
    msgMatches?: string | RegExp,
    msg?: string,
  ): asserts error is E;
  assertThrows(fn: () => unknown, msg?: string): unknown;
  assertThrows<E extends Error = Error>(
    fn: () => unknown,
    ErrorClass: ClassOf<E>,
    msgIncludes?: string,
    msg?: string,
  ): E;
  assertRejects(fn: () => PromiseLike<unknown>, msg?: string): Promise<unknown>;
  assertRejects<E extends Error = Error>(
    fn: () => PromiseLike<unknown>,
    ErrorClass: ClassOf<E>,
    msgIncludes?: string,
    msg?: string,
  ): Promise<E>;
  fail(msg?: string): never;
  unreachable(msg?: string): never;
}
