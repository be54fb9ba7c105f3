/**
 * Scalar expressions: the one form in which a neuron, a surrogate or an elementwise operation is written, and from
 * which its derivative and every kernel are derived.
 *
 * @module
 */
export type {
  BinaryExpr,
  BinaryTag,
  ConstantExpr,
  DetachExpr,
  Expr,
  ExprLike,
  ExprNode,
  InputExpr,
  SelectExpr,
  SpikeExpr,
  SurrogateExpr,
  UnaryExpr,
  UnaryTag,
} from "./expr.ts";
export { inputNames, operands, schedule } from "./expr.ts";
export * from "./build.ts";
export { compileEvaluator, evaluate, type Evaluator } from "./evaluate.ts";
export { type Output, vjp } from "./vjp.ts";
