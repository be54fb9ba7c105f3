// Makes the numbers in equations arguments of a kernel, instead of constants in its code.
import type { Expr } from "./expr.ts";
import { makeInput } from "./intern.ts";

/** The result of `numbersAsInputs`. */
export interface WithNumbers<T> {
  /** The result of `build`. */
  readonly result: T;
  /**
   * The value of every number, rounded to float32: the i-th belongs to the input `numberName(i)`.
   */
  readonly numbers: readonly number[];
}

/** The numbers met so far by the innermost `numbersAsInputs` that is running. */
let current: number[] | undefined;

/** The start of every number's name. */
export const numberPrefix = "number.";

/**
 * The name of the input that stands for the i-th number.
 *
 * @example
 * ```ts
 * import { numberName } from "@spikeloop/expr";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(numberName(2), "number.2");
 * ```
 */
export function numberName(i: number): string {
  return numberPrefix + i;
}

/**
 * Calls `build`, in which every plain number that an operation takes becomes an input of its own
 * instead of a constant. Equations that differ in numbers alone so become the same expressions,
 * which compile once, and the numbers are arguments. `constant(x)` stays a constant, and so do the
 * exponents 1, 2 and 3 of `pow`, which are products.
 *
 * Nothing that depends on a number's value is simplified, and equal numbers are different inputs:
 * the structure follows from the calls alone.
 *
 * @example
 * ```ts
 * import { evaluate, input, mul, numberName, numbersAsInputs } from "@spikeloop/expr";
 * import { assertEquals } from "@std/assert";
 *
 * const half = numbersAsInputs(() => mul(input("x"), 0.5));
 * const same = numbersAsInputs(() => mul(input("x"), 1));
 * assertEquals(half.result === same.result, true);
 * assertEquals(half.numbers, [0.5]);
 * assertEquals(evaluate(half.result, { x: 3, [numberName(0)]: 0.5 }), 1.5);
 * ```
 */
export function numbersAsInputs<T>(build: () => T): WithNumbers<T> {
  const outer = current;
  const numbers: number[] = current = [];
  try {
    return { result: build(), numbers };
  } finally {
    current = outer;
  }
}

/** The input that stands for a number; undefined where numbers are constants. */
export function numberInput(value: number): Expr | undefined {
  return current && makeInput(numberName(current.push(Math.fround(value)) - 1));
}
