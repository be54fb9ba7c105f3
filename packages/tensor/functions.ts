// The elementwise functions: each is its formula, and the gradient follows from it.
import * as e from "@spikeloop/expr";
import type { TensorLike } from "./common_backend.ts";
import { elementwise } from "./elementwise.ts";
import type { Tensor } from "./tensor.ts";

const addOp = /* @__PURE__ */ elementwise("add", 2, e.add);
/**
 * a + b
 *
 * @example
 * ```ts
 * import { add, tensor } from "@spikeloop/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals([...add(tensor([[1, 2], [3, 4]]), tensor([10, 20])).dataSync()], [11, 22, 13, 24]); // broadcasts
 * ```
 */
export function add(a: TensorLike, b: TensorLike): Tensor {
  return addOp(a, b);
}

const subOp = /* @__PURE__ */ elementwise("sub", 2, e.sub);
/**
 * a - b
 *
 * @example
 * ```ts
 * import { sub, tensor } from "@spikeloop/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals([...sub(tensor([1, 2]), 1).dataSync()], [0, 1]);
 * ```
 */
export function sub(a: TensorLike, b: TensorLike): Tensor {
  return subOp(a, b);
}

const mulOp = /* @__PURE__ */ elementwise("mul", 2, e.mul);
/**
 * a · b, element by element
 *
 * @example
 * ```ts
 * import { mul, tensor } from "@spikeloop/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals([...mul(tensor([1, 2]), 3).dataSync()], [3, 6]);
 * ```
 */
export function mul(a: TensorLike, b: TensorLike): Tensor {
  return mulOp(a, b);
}

const divOp = /* @__PURE__ */ elementwise("div", 2, e.div);
/**
 * a / b
 *
 * @example
 * ```ts
 * import { div, tensor } from "@spikeloop/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals([...div(tensor([1, 2]), 4).dataSync()], [0.25, 0.5]);
 * ```
 */
export function div(a: TensorLike, b: TensorLike): Tensor {
  return divOp(a, b);
}

const negOp = /* @__PURE__ */ elementwise("neg", 1, e.neg);
/**
 * -x
 *
 * @example
 * ```ts
 * import { neg, tensor } from "@spikeloop/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals([...neg(tensor([1, -2])).dataSync()], [-1, 2]);
 * ```
 */
export function neg(x: Tensor): Tensor {
  return negOp(x);
}

const absOp = /* @__PURE__ */ elementwise("abs", 1, e.abs);
/**
 * |x|, with gradient 0 at 0
 *
 * @example
 * ```ts
 * import { abs, tensor } from "@spikeloop/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals([...abs(tensor([1, -2])).dataSync()], [1, 2]);
 * ```
 */
export function abs(x: Tensor): Tensor {
  return absOp(x);
}

const expOp = /* @__PURE__ */ elementwise("exp", 1, e.exp);
/**
 * eˣ
 *
 * @example
 * ```ts
 * import { exp, tensor } from "@spikeloop/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals([...exp(tensor([0, -Infinity])).dataSync()], [1, 0]);
 * ```
 */
export function exp(x: Tensor): Tensor {
  return expOp(x);
}

const logOp = /* @__PURE__ */ elementwise("log", 1, e.log);
/**
 * The natural logarithm.
 *
 * @example
 * ```ts
 * import { log, tensor } from "@spikeloop/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals([...log(tensor([1, 0])).dataSync()], [0, -Infinity]);
 * ```
 */
export function log(x: Tensor): Tensor {
  return logOp(x);
}

const sqrtOp = /* @__PURE__ */ elementwise("sqrt", 1, e.sqrt);
/**
 * √x
 *
 * @example
 * ```ts
 * import { sqrt, tensor } from "@spikeloop/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals([...sqrt(tensor([4, 9])).dataSync()], [2, 3]);
 * ```
 */
export function sqrt(x: Tensor): Tensor {
  return sqrtOp(x);
}

const tanhOp = /* @__PURE__ */ elementwise("tanh", 1, e.tanh);
/**
 * tanh x
 *
 * @example
 * ```ts
 * import { tanh, tensor } from "@spikeloop/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals([...tanh(tensor([0, Infinity])).dataSync()], [0, 1]);
 * ```
 */
export function tanh(x: Tensor): Tensor {
  return tanhOp(x);
}

const sigmoidOp = /* @__PURE__ */ elementwise("sigmoid", 1, e.sigmoid);
/**
 * 1 / (1 + e⁻ˣ)
 *
 * @example
 * ```ts
 * import { sigmoid, tensor } from "@spikeloop/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals([...sigmoid(tensor([0, Infinity])).dataSync()], [0.5, 1]);
 * ```
 */
export function sigmoid(x: Tensor): Tensor {
  return sigmoidOp(x);
}

const reluOp = /* @__PURE__ */ elementwise("relu", 1, (x) => e.select(e.lessEqual(x, 0), 0, x));
/**
 * max(x, 0), with gradient 0 at 0; NaN stays NaN
 *
 * @example
 * ```ts
 * import { relu, tensor } from "@spikeloop/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals([...relu(tensor([-1, 2])).dataSync()], [0, 2]);
 * ```
 */
export function relu(x: Tensor): Tensor {
  return reluOp(x);
}

const minimumOp = /* @__PURE__ */ elementwise("minimum", 2, e.min);
/**
 * The smaller of a and b; where they are equal, each gets half the gradient.
 *
 * @example
 * ```ts
 * import { minimum, tensor } from "@spikeloop/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals([...minimum(tensor([1, 5]), 3).dataSync()], [1, 3]);
 * ```
 */
export function minimum(a: TensorLike, b: TensorLike): Tensor {
  return minimumOp(a, b);
}

const maximumOp = /* @__PURE__ */ elementwise("maximum", 2, e.max);
/**
 * The larger of a and b; where they are equal, each gets half the gradient.
 *
 * @example
 * ```ts
 * import { maximum, tensor } from "@spikeloop/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals([...maximum(tensor([1, 5]), 3).dataSync()], [3, 5]);
 * ```
 */
export function maximum(a: TensorLike, b: TensorLike): Tensor {
  return maximumOp(a, b);
}

const powOp = /* @__PURE__ */ elementwise("pow", 2, e.pow);
const squareOp = /* @__PURE__ */ elementwise("pow", 1, (x) => e.mul(x, x));
/**
 * a to the power b
 *
 * @example
 * ```ts
 * import { pow, tensor } from "@spikeloop/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals([...pow(tensor([2, 3]), 2).dataSync()], [4, 9]);
 * ```
 */
export function pow(a: TensorLike, b: TensorLike): Tensor {
  return b === 2 ? squareOp(a) : powOp(a, b);
}

const clipOp = /* @__PURE__ */ elementwise(
  "clip",
  3,
  (x, lo, hi) => e.select(e.less(x, lo), lo, e.select(e.less(hi, x), hi, x)),
);
/**
 * x limited to [lo, hi]; its gradient is 1 inside the closed interval and 0 outside, as in PyTorch. NaN stays NaN.
 *
 * @example
 * ```ts
 * import { clip, tensor } from "@spikeloop/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals([...clip(tensor([-2, 0.5, 2]), -1, 1).dataSync()], [-1, 0.5, 1]);
 * ```
 */
export function clip(x: Tensor, lo: TensorLike, hi: TensorLike): Tensor {
  return clipOp(x, lo, hi);
}

const whereOp = /* @__PURE__ */ elementwise("where", 3, e.select);
/**
 * `a` where `condition` is not 0, `b` elsewhere.
 *
 * @example
 * ```ts
 * import { less, tensor, where } from "@spikeloop/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const x = tensor([1, 5]);
 * assertEquals([...where(less(x, 3), x, 0).dataSync()], [1, 0]);
 * ```
 */
export function where(condition: Tensor, a: TensorLike, b: TensorLike): Tensor {
  return whereOp(condition, a, b);
}

const lessOp = /* @__PURE__ */ elementwise("less", 2, e.less);
/**
 * 1 where a < b, else 0. It has no gradient.
 *
 * @example
 * ```ts
 * import { less, tensor } from "@spikeloop/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals([...less(tensor([1, 5]), 3).dataSync()], [1, 0]);
 * ```
 */
export function less(a: TensorLike, b: TensorLike): Tensor {
  return lessOp(a, b);
}

const greaterOp = /* @__PURE__ */ elementwise("greater", 2, e.greater);
/**
 * 1 where a > b, else 0. It has no gradient.
 *
 * @example
 * ```ts
 * import { greater, tensor } from "@spikeloop/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals([...greater(tensor([1, 5]), 3).dataSync()], [0, 1]);
 * ```
 */
export function greater(a: TensorLike, b: TensorLike): Tensor {
  return greaterOp(a, b);
}

const equalOp = /* @__PURE__ */ elementwise("equal", 2, e.equal);
/**
 * 1 where a equals b, else 0. It has no gradient.
 *
 * @example
 * ```ts
 * import { equal, tensor } from "@spikeloop/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals([...equal(tensor([1, 3]), 3).dataSync()], [0, 1]);
 * ```
 */
export function equal(a: TensorLike, b: TensorLike): Tensor {
  return equalOp(a, b);
}
