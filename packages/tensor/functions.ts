// The elementwise functions: each is its formula, and the gradient follows from the formula.
import * as e from "@spikeloop/expr";
import type { TensorLike } from "./common_backend.ts";
import { operation } from "./elementwise.ts";
import type { Tensor } from "./tensor.ts";

/** A function of one tensor, element by element. */
export type UnaryFunction = (x: Tensor) => Tensor;

/** A function of two tensors, or of a tensor and a number, that broadcast. */
export type BinaryFunction = (a: TensorLike, b: TensorLike) => Tensor;

// Both ignore further arguments, so that `tensors.map(exp)` and `tensors.reduce(add)` work.

function defineUnary(name: string, formula: (x: e.Expr) => e.ExprLike): UnaryFunction {
  const run = operation(name, 1, ([x]) => [formula(x)]);
  return Object.assign((x: Tensor) => run([x])[0], { formula });
}

function defineBinary(name: string, formula: (a: e.Expr, b: e.Expr) => e.ExprLike): BinaryFunction {
  const run = operation(name, 2, ([a, b]) => [formula(a, b)]);
  return (a, b) => run([a, b])[0];
}

/**
 * a + b
 *
 * For tensors. Equations of a neuron or a surrogate take `add` of `@spikeloop/expr`.
 *
 * @example
 * ```ts
 * import { add, tensor } from "@spikeloop/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const y = add(tensor([[1, 2], [3, 4]]), tensor([10, 20])); // broadcasts
 * assertEquals([...y.dataSync()], [11, 22, 13, 24]);
 * ```
 */
export const add: BinaryFunction = /* @__PURE__ */ defineBinary("add", e.add);

/**
 * a - b
 *
 * For tensors. Equations of a neuron or a surrogate take `sub` of `@spikeloop/expr`.
 *
 * @example
 * ```ts
 * import { sub, tensor } from "@spikeloop/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals([...sub(tensor([1, 2]), 1).dataSync()], [0, 1]);
 * ```
 */
export const sub: BinaryFunction = /* @__PURE__ */ defineBinary("sub", e.sub);

/**
 * a · b, element by element
 *
 * For tensors. Equations of a neuron or a surrogate take `mul` of `@spikeloop/expr`.
 *
 * @example
 * ```ts
 * import { mul, tensor } from "@spikeloop/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals([...mul(tensor([1, 2]), 3).dataSync()], [3, 6]);
 * ```
 */
export const mul: BinaryFunction = /* @__PURE__ */ defineBinary("mul", e.mul);

/**
 * a / b
 *
 * For tensors. Equations of a neuron or a surrogate take `div` of `@spikeloop/expr`.
 *
 * @example
 * ```ts
 * import { div, tensor } from "@spikeloop/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals([...div(tensor([1, 2]), 4).dataSync()], [0.25, 0.5]);
 * ```
 */
export const div: BinaryFunction = /* @__PURE__ */ defineBinary("div", e.div);

/**
 * -x
 *
 * For tensors. Equations of a neuron or a surrogate take `neg` of `@spikeloop/expr`.
 *
 * @example
 * ```ts
 * import { neg, tensor } from "@spikeloop/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals([...neg(tensor([1, -2])).dataSync()], [-1, 2]);
 * ```
 */
export const neg: UnaryFunction = /* @__PURE__ */ defineUnary("neg", e.neg);

/**
 * |x|, with gradient 0 at 0
 *
 * For tensors. Equations of a neuron or a surrogate take `abs` of `@spikeloop/expr`.
 *
 * @example
 * ```ts
 * import { abs, tensor } from "@spikeloop/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals([...abs(tensor([1, -2])).dataSync()], [1, 2]);
 * ```
 */
export const abs: UnaryFunction = /* @__PURE__ */ defineUnary("abs", e.abs);

/**
 * eˣ
 *
 * For tensors. Equations of a neuron or a surrogate take `exp` of `@spikeloop/expr`.
 *
 * @example
 * ```ts
 * import { exp, tensor } from "@spikeloop/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals([...exp(tensor([0, -Infinity])).dataSync()], [1, 0]);
 * ```
 */
export const exp: UnaryFunction = /* @__PURE__ */ defineUnary("exp", e.exp);

/**
 * The natural logarithm.
 *
 * For tensors. Equations of a neuron or a surrogate take `log` of `@spikeloop/expr`.
 *
 * @example
 * ```ts
 * import { log, tensor } from "@spikeloop/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals([...log(tensor([1, 0])).dataSync()], [0, -Infinity]);
 * ```
 */
export const log: UnaryFunction = /* @__PURE__ */ defineUnary("log", e.log);

/**
 * √x
 *
 * For tensors. Equations of a neuron or a surrogate take `sqrt` of `@spikeloop/expr`.
 *
 * @example
 * ```ts
 * import { sqrt, tensor } from "@spikeloop/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals([...sqrt(tensor([4, 9])).dataSync()], [2, 3]);
 * ```
 */
export const sqrt: UnaryFunction = /* @__PURE__ */ defineUnary("sqrt", e.sqrt);

/**
 * tanh x
 *
 * For tensors. Equations of a neuron or a surrogate take `tanh` of `@spikeloop/expr`.
 *
 * @example
 * ```ts
 * import { tanh, tensor } from "@spikeloop/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals([...tanh(tensor([0, Infinity])).dataSync()], [0, 1]);
 * ```
 */
export const tanh: UnaryFunction = /* @__PURE__ */ defineUnary("tanh", e.tanh);

/**
 * 1 / (1 + e⁻ˣ)
 *
 * For tensors. Equations of a neuron or a surrogate take `sigmoid` of `@spikeloop/expr`.
 *
 * @example
 * ```ts
 * import { sigmoid, tensor } from "@spikeloop/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals([...sigmoid(tensor([0, Infinity])).dataSync()], [0.5, 1]);
 * ```
 */
export const sigmoid: UnaryFunction = /* @__PURE__ */ defineUnary("sigmoid", e.sigmoid);

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
export const relu: UnaryFunction = /* @__PURE__ */ defineUnary(
  "relu",
  (x) => e.select(e.lessEqual(x, 0), 0, x),
);

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
export const minimum: BinaryFunction = /* @__PURE__ */ defineBinary("minimum", e.min);

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
export const maximum: BinaryFunction = /* @__PURE__ */ defineBinary("maximum", e.max);

const power = /* @__PURE__ */ defineBinary("pow", e.pow);
const square = /* @__PURE__ */ defineUnary("pow", (x) => e.mul(x, x));
/**
 * a to the power b
 *
 * For tensors. Equations of a neuron or a surrogate take `pow` of `@spikeloop/expr`.
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
  return b === 2 && typeof a !== "number" ? square(a) : power(a, b);
}

const clipOp = /* @__PURE__ */ operation(
  "clip",
  3,
  ([x, lo, hi]) => {
    const raised = e.select(e.less(x, lo), lo, x);
    return [e.select(e.less(hi, raised), hi, raised)];
  },
);
/**
 * x limited to [lo, hi]; hi where lo is above it. Its gradient is 1 inside the closed interval and
 * 0 outside. PyTorch has given 1 and 0 at the bounds, depending on its version. NaN stays NaN.
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
  return clipOp([x, lo, hi])[0];
}

const whereOp = /* @__PURE__ */ operation("where", 3, ([test, a, b]) => [e.select(test, a, b)]);
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
  return whereOp([condition, a, b])[0];
}

/**
 * 1 where a < b, else 0. It has no gradient.
 *
 * For tensors. Equations of a neuron or a surrogate take `less` of `@spikeloop/expr`.
 *
 * @example
 * ```ts
 * import { less, tensor } from "@spikeloop/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals([...less(tensor([1, 5]), 3).dataSync()], [1, 0]);
 * ```
 */
export const less: BinaryFunction = /* @__PURE__ */ defineBinary("less", e.less);

/**
 * 1 where a > b, else 0. It has no gradient.
 *
 * For tensors. Equations of a neuron or a surrogate take `greater` of `@spikeloop/expr`.
 *
 * @example
 * ```ts
 * import { greater, tensor } from "@spikeloop/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals([...greater(tensor([1, 5]), 3).dataSync()], [0, 1]);
 * ```
 */
export const greater: BinaryFunction = /* @__PURE__ */ defineBinary("greater", e.greater);

/**
 * 1 where a equals b, else 0. It has no gradient.
 *
 * For tensors. Equations of a neuron or a surrogate take `equal` of `@spikeloop/expr`.
 *
 * @example
 * ```ts
 * import { equal, tensor } from "@spikeloop/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals([...equal(tensor([1, 3]), 3).dataSync()], [0, 1]);
 * ```
 */
export const equal: BinaryFunction = /* @__PURE__ */ defineBinary("equal", e.equal);
