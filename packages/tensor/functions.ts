// The elementwise functions: each is its formula, and the gradient follows from it.
import * as e from "@spikeloop/expr";
import { elementwise, type TensorLike } from "./elementwise.ts";
import type { Tensor } from "./tensor.ts";

const addOp = /* @__PURE__ */ elementwise("add", 2, e.add);
/** a + b */
export function add(a: TensorLike, b: TensorLike): Tensor {
  return addOp(a, b);
}

const subOp = /* @__PURE__ */ elementwise("sub", 2, e.sub);
/** a - b */
export function sub(a: TensorLike, b: TensorLike): Tensor {
  return subOp(a, b);
}

const mulOp = /* @__PURE__ */ elementwise("mul", 2, e.mul);
/** a · b, element by element */
export function mul(a: TensorLike, b: TensorLike): Tensor {
  return mulOp(a, b);
}

const divOp = /* @__PURE__ */ elementwise("div", 2, e.div);
/** a / b */
export function div(a: TensorLike, b: TensorLike): Tensor {
  return divOp(a, b);
}

const negOp = /* @__PURE__ */ elementwise("neg", 1, e.neg);
/** -x */
export function neg(x: Tensor): Tensor {
  return negOp(x);
}

const absOp = /* @__PURE__ */ elementwise("abs", 1, e.abs);
/** |x|, with gradient 0 at 0 */
export function abs(x: Tensor): Tensor {
  return absOp(x);
}

const expOp = /* @__PURE__ */ elementwise("exp", 1, e.exp);
/** eˣ */
export function exp(x: Tensor): Tensor {
  return expOp(x);
}

const logOp = /* @__PURE__ */ elementwise("log", 1, e.log);
/** The natural logarithm. */
export function log(x: Tensor): Tensor {
  return logOp(x);
}

const sqrtOp = /* @__PURE__ */ elementwise("sqrt", 1, e.sqrt);
/** √x */
export function sqrt(x: Tensor): Tensor {
  return sqrtOp(x);
}

const tanhOp = /* @__PURE__ */ elementwise("tanh", 1, e.tanh);
/** tanh x */
export function tanh(x: Tensor): Tensor {
  return tanhOp(x);
}

const sigmoidOp = /* @__PURE__ */ elementwise("sigmoid", 1, e.sigmoid);
/** 1 / (1 + e⁻ˣ) */
export function sigmoid(x: Tensor): Tensor {
  return sigmoidOp(x);
}

const reluOp = /* @__PURE__ */ elementwise("relu", 1, (x) => e.select(e.lessEqual(x, 0), 0, x));
/** max(x, 0), with gradient 0 at 0; NaN stays NaN */
export function relu(x: Tensor): Tensor {
  return reluOp(x);
}

const minimumOp = /* @__PURE__ */ elementwise("minimum", 2, e.min);
/** The smaller of a and b; where they are equal, each gets half the gradient. */
export function minimum(a: TensorLike, b: TensorLike): Tensor {
  return minimumOp(a, b);
}

const maximumOp = /* @__PURE__ */ elementwise("maximum", 2, e.max);
/** The larger of a and b; where they are equal, each gets half the gradient. */
export function maximum(a: TensorLike, b: TensorLike): Tensor {
  return maximumOp(a, b);
}

const powOp = /* @__PURE__ */ elementwise("pow", 2, e.pow);
const squareOp = /* @__PURE__ */ elementwise("pow", 1, (x) => e.mul(x, x));
/** a to the power b */
export function pow(a: TensorLike, b: TensorLike): Tensor {
  return b === 2 ? squareOp(a) : powOp(a, b);
}

const clipOp = /* @__PURE__ */ elementwise(
  "clip",
  3,
  (x, lo, hi) => e.select(e.less(x, lo), lo, e.select(e.less(hi, x), hi, x)),
);
/** x limited to [lo, hi]; its gradient is 1 inside the closed interval and 0 outside, as in PyTorch. NaN stays NaN. */
export function clip(x: Tensor, lo: TensorLike, hi: TensorLike): Tensor {
  return clipOp(x, lo, hi);
}

const whereOp = /* @__PURE__ */ elementwise("where", 3, e.select);
/** `a` where `condition` is not 0, `b` elsewhere. */
export function where(condition: Tensor, a: TensorLike, b: TensorLike): Tensor {
  return whereOp(condition, a, b);
}

const lessOp = /* @__PURE__ */ elementwise("less", 2, e.less);
/** 1 where a < b, else 0. It has no gradient. */
export function less(a: TensorLike, b: TensorLike): Tensor {
  return lessOp(a, b);
}

const greaterOp = /* @__PURE__ */ elementwise("greater", 2, e.greater);
/** 1 where a > b, else 0. It has no gradient. */
export function greater(a: TensorLike, b: TensorLike): Tensor {
  return greaterOp(a, b);
}

const equalOp = /* @__PURE__ */ elementwise("equal", 2, e.equal);
/** 1 where a equals b, else 0. It has no gradient. */
export function equal(a: TensorLike, b: TensorLike): Tensor {
  return equalOp(a, b);
}
