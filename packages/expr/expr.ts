import type { Doubles } from "./doubles.ts";
import type { Code } from "./wasm/code.ts";
import type { Func } from "./wasm/func.ts";

/** Operations of one operand that processors have. `round` rounds half to even. */
export type PlainUnaryTag = "neg" | "abs" | "sqrt" | "floor" | "round";

/** Operations of one operand. */
export type UnaryTag =
  | PlainUnaryTag
  | "exp"
  | "log"
  | "sin"
  | "cos"
  | "tanh"
  | "atan"
  | "erf"
  | "erfc";

/**
 * Operations of two operands that processors have. A comparison is 1 where it holds and 0 elsewhere
 * (also for NaN).
 */
export type PlainBinaryTag =
  | "add"
  | "sub"
  | "mul"
  | "div"
  | "min"
  | "max"
  | "less"
  | "lessEqual"
  | "equal";

/** Operations of two operands. */
export type BinaryTag = PlainBinaryTag | "pow";

/**
 * Computes a function that processors lack, as a sequence of float64 operations. Its node carries
 * what runs it, and its derivative, so a program holds the functions that it uses and no others.
 */
export type Maths = <V, M>(o: Doubles<V, M>, ...operands: readonly V[]) => V;

/** Computes such a function on what the evaluator and kernels work on. */
export interface MathsRunner {
  /** Of numbers, float32 in and out. A function of one operand ignores the other. */
  onNumbers(a: number, b?: number): number;
  /**
   * Of vectors, as code in `fn`. The operands must be reads of locals. The value reads locals that
   * the next function in `fn` overwrites.
   */
  onLanes(fn: Func, operands: readonly Code[]): EmittedMaths;
}

/** The value of a function on vectors, once its code has run. */
export type EmittedMaths = Readonly<Record<"code" | "value", Code>>;

/** g · dy/d(operand) of a value y, from the gradient g of y. */
export type DerivativeRule<Y> = (g: Expr, y: Y) => Expr;

/** The common part of all nodes. */
export interface ExprNode {
  /** Its number in the order of creation: operands come before their users. */
  readonly id: number;
}

/** A number, rounded to float32. */
export interface ConstantExpr extends ExprNode {
  /** A constant. */
  readonly tag: "const";
  /** The number. */
  readonly value: number;
}

/**
 * A named slot, which a kernel binds to a value: a state variable, a parameter, a tensor's element.
 */
export interface InputExpr extends ExprNode {
  /** A slot. */
  readonly tag: "input";
  /** Its name. */
  readonly name: string;
}

/** An operation of one operand. */
export interface UnaryExpr extends ExprNode {
  /** The operation. */
  readonly tag: UnaryTag;
  /** The operand. */
  readonly a: Expr;
  /** Its computation, if processors lack the operation. */
  readonly maths?: MathsRunner;
  /** Its derivative then. */
  readonly rules?: readonly [a: DerivativeRule<UnaryExpr>];
}

/** An operation of two operands. */
export interface BinaryExpr extends ExprNode {
  /** The operation. */
  readonly tag: BinaryTag;
  /** The operand. */
  readonly a: Expr;
  /** The other operand. */
  readonly b: Expr;
  /** Its computation, if processors lack the operation. */
  readonly maths?: MathsRunner;
  /** Its derivatives then. */
  readonly rules?: readonly [a: DerivativeRule<BinaryExpr>, b: DerivativeRule<BinaryExpr>];
}

/** `a` where `test` is not 0, `b` elsewhere. No gradient reaches `test`. */
export interface SelectExpr extends ExprNode {
  /** A choice. */
  readonly tag: "select";
  /** The condition. */
  readonly test: Expr;
  /** The value where the condition holds. */
  readonly a: Expr;
  /** The value elsewhere. */
  readonly b: Expr;
}

/** Heaviside(a): 1 where a >= 0, else 0 (also for NaN). Its derivative by `a` is `slope`. */
export interface SpikeExpr extends ExprNode {
  /** A spike. */
  readonly tag: "spike";
  /** The operand. */
  readonly a: Expr;
  /** The derivative by `a`. */
  readonly slope: Expr;
}

/** `value`, whose derivative by `a` is declared to be `slope`. */
export interface SurrogateExpr extends ExprNode {
  /** A value with a declared derivative. */
  readonly tag: "surrogate";
  /** The value. */
  readonly value: Expr;
  /** The operand. */
  readonly a: Expr;
  /** The derivative by `a`. */
  readonly slope: Expr;
}

/** `a`, through which no gradient flows. */
export interface DetachExpr extends ExprNode {
  /** A value without a gradient. */
  readonly tag: "detach";
  /** The operand. */
  readonly a: Expr;
}

/**
 * An immutable scalar expression over float32: every operation rounds its result to float32, and
 * nothing is contracted or reordered. Two expressions of the same structure are the same object
 * (hash-consing), so `===` compares structure.
 *
 * @example
 * ```ts
 * import { add, evaluate, input, mul } from "@spikeloop/expr";
 * import { assert } from "@std/assert";
 *
 * const v = input("v");
 * const u = add(mul(v, 0.75), input("x"));
 * assert(u === add(mul(v, 0.75), input("x")));
 * assert(evaluate(u, { v: 2, x: 1 }) === 2.5);
 * ```
 */
export type Expr =
  | ConstantExpr
  | InputExpr
  | UnaryExpr
  | BinaryExpr
  | SelectExpr
  | SpikeExpr
  | SurrogateExpr
  | DetachExpr;

/** An expression, or a plain number, which becomes a float32 constant. */
export type ExprLike = Expr | number;
