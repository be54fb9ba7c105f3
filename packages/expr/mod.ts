/**
 * Scalar expressions: neurons, surrogates and elementwise operations are written in them, and their
 * derivatives and kernels are derived from them.
 *
 * @module
 */
export type {
  BinaryExpr,
  BinaryTag,
  ConstantExpr,
  DerivativeRule,
  DetachExpr,
  EmittedMaths,
  Expr,
  ExprLike,
  ExprNode,
  InputExpr,
  Maths,
  MathsRunner,
  PlainBinaryTag,
  PlainUnaryTag,
  SelectExpr,
  SpikeExpr,
  SurrogateExpr,
  UnaryExpr,
  UnaryTag,
} from "./expr.ts";
export type { Doubles } from "./doubles.ts";
export { makeInput } from "./intern.ts";
export { constant, input, isExpr, toExpr } from "./to_expr.ts";
export { numberName, numberPrefix, numbersAsInputs, type WithNumbers } from "./numbers.ts";
export { abs, add, div, floor, max, min, mul, neg, round, sqrt, sub } from "./algebra.ts";
export { atan, cos, erf, erfc, exp, log, pow, sigmoid, sin, tanh } from "./functions.ts";
export { equal, greater, greaterEqual, less, lessEqual, select } from "./compare.ts";
export { erfcSeries, erfSeries } from "./maths.ts";
export { isBinary } from "./is_binary.ts";
export { detach, spike, withSlope } from "./slopes.ts";
export { inputNames, operands, schedule } from "./schedule.ts";
export { compileEvaluator, evaluate, type Evaluator, makeEvaluator } from "./evaluate.ts";
export { type Output, vjp } from "./vjp.ts";
