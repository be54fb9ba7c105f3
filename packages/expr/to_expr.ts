// Makes expressions of numbers and names, and folds operations on constants.
import { describe, fail, refuse, shorten } from "@spikeloop/errors";
import type { Expr, ExprLike, PlainBinaryTag, PlainUnaryTag } from "./expr.ts";
import { values } from "./arithmetic.ts";
import { makeBinary, makeConstant, makeInput, makeUnary } from "./intern.ts";
import { numberInput } from "./numbers.ts";

/**
 * The expression that stands for `e`: itself, or the float32 constant of a number. Inside
 * `numbersAsInputs` a number is an input.
 *
 * @throws {TypeError} if `e` is neither.
 *
 * @example
 * ```ts
 * import { constant, toExpr } from "@spikeloop/expr";
 * import { assert } from "@std/assert";
 *
 * assert(toExpr(0.5) === constant(0.5));
 * ```
 */
export function toExpr(e: ExprLike): Expr {
  if (typeof e === "number") return numberInput(e) ?? makeConstant(e);
  if (isExpr(e)) return e;
  const text = `${typeof e === "string" ? shorten(e) : describe(e)} (${typeof e})`;
  const hint = text.startsWith("Tensor(")
    ? "; a tensor needs the function of the same name in @spikeloop/tensor"
    : "";
  return fail(`use ${text} in an expression`, `expected a number or an expression${hint}`);
}

/**
 * Whether a value is an expression.
 *
 * @example
 * ```ts
 * import { input, isExpr } from "@spikeloop/expr";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals([input("x"), 1, { tag: "add" }].map(isExpr), [true, false, false]);
 * ```
 */
export function isExpr(e: unknown): e is Expr {
  return typeof e === "object" && e !== null && "tag" in e && "id" in e;
}

/**
 * The constant of a number, rounded to float32. It stays a constant of the compiled code, also
 * inside `numbersAsInputs`.
 *
 * @throws {TypeError} if the value is no number.
 *
 * @example
 * ```ts
 * import { constant } from "@spikeloop/expr";
 * import { assert } from "@std/assert";
 *
 * assert(constant(0.1) === constant(Math.fround(0.1)));
 * ```
 */
export function constant(value: number): Expr {
  if (typeof value !== "number") {
    fail("make a constant", `the value is ${describe(value)}, expected a number`);
  }
  return makeConstant(value);
}

/**
 * The slot named `name`, to be bound when the expression is evaluated or compiled.
 *
 * @throws {TypeError} if the name is no string.
 *
 * @example
 * ```ts
 * import { evaluate, input } from "@spikeloop/expr";
 * import { assert } from "@std/assert";
 *
 * assert(evaluate(input("v"), { v: 2 }) === 2);
 * ```
 */
export function input(name: string): Expr {
  if (typeof name !== "string") {
    refuse("make an input", "its name", name, "a string");
  }
  return makeInput(name);
}

/** Whether `e` is the constant `value`; 0 and -0 differ. */
export function isConstant(e: Expr, value: number): boolean {
  return e.tag === "const" && Object.is(e.value, value);
}

/** The node of a unary operation, or its value if the operand is constant. */
export function unary(tag: PlainUnaryTag, x: ExprLike): Expr {
  const a = toExpr(x);
  return a.tag === "const" ? makeConstant(values[tag](a.value)) : makeUnary(tag, a);
}

/** The node of a binary operation, or its value if both operands are constant. */
export function binary(tag: PlainBinaryTag, x: ExprLike, y: ExprLike): Expr {
  const a = toExpr(x);
  const b = toExpr(y);
  return a.tag === "const" && b.tag === "const"
    ? makeConstant(values[tag](a.value, b.value))
    : makeBinary(tag, a, b);
}
