// Slopes of straight pieces, with bounded support.
import { abs, add, div, type Expr, less, max, mul, select, sub, withSlope } from "@spikeloop/expr";
import { type SurrogateFactory, surrogateFactory } from "../define.ts";
import { clamp, within } from "../pieces.ts";

/**
 * h'(u) = α for |u| < 1/(2α), else 0,   h(u) = min(max(αu + 1/2, 0), 1)
 *
 * `alpha` > 0 is the height, 1 by default; the width is 1/α, so that the slope's integral is 1.
 * SpikingJelly's `Rect`.
 *
 * Wu et al. (2018), Spatio-Temporal Backpropagation for Training High-Performance Spiking Neural
 * Networks, arXiv:1706.02609.
 *
 * @throws {TypeError} if a parameter is unknown or not a number.
 * @throws {RangeError} if `alpha` is not a finite number > 0.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { rect, slopeAt } from "@spikeloop/surrogate";
 *
 * const [inside, edge] = slopeAt(rect({ alpha: 2 }), new Float32Array([0.2, 0.25]));
 * assertEquals(inside, 2);
 * assertEquals(edge, 0);
 * ```
 */
export const rect: SurrogateFactory<"alpha"> = /* @__PURE__ */ surrogateFactory({
  name: "rect",
  params: { alpha: { default: 1, above: 0 } },
  slope: (u, { alpha }) => within(u, 0.5 / alpha, alpha, 0),
  primitive: (u, { alpha }) => clamp(add(mul(alpha, u), 0.5), 0, 1),
});

/** α - α²|u| */
function tent(u: Expr, alpha: number): Expr {
  return add(mul(-(alpha ** 2), abs(u)), alpha);
}

/**
 * h'(u) = α - α²|u| for |u| <= 1/α, else 0
 *
 * h(u) = -α²/2 u|u| + αu + 1/2 for |u| <= 1/α, 0 below, 1 above
 *
 * `alpha` > 0 is the height, 1 by default; the slope is a triangle of width 2/α and integral 1.
 * SpikingJelly's `PiecewiseQuadratic`.
 *
 * Esser et al. (2016), Convolutional Networks for Fast, Energy-Efficient Neuromorphic Computing,
 * arXiv:1603.08270.
 *
 * @throws {TypeError} if a parameter is unknown or not a number.
 * @throws {RangeError} if `alpha` is not a finite number > 0.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { piecewiseQuadratic, slopeAt } from "@spikeloop/surrogate";
 *
 * assertEquals(slopeAt(piecewiseQuadratic({ alpha: 2 }), new Float32Array([0.25]))[0], 1);
 * ```
 */
export const piecewiseQuadratic: SurrogateFactory<"alpha"> = /* @__PURE__ */ surrogateFactory({
  name: "piecewiseQuadratic",
  params: { alpha: { default: 1, above: 0 } },
  slope: (u, { alpha }) => select(less(1 / alpha, abs(u)), 0, tent(u, alpha)),
  primitive: (u, { alpha }) => {
    const middle = add(add(mul(-(alpha ** 2) / 2, mul(u, abs(u))), mul(alpha, u)), 0.5);
    // Near its zeros this derivative rounds better than the one derived from the sum.
    const smooth = withSlope(middle, u, tent(u, alpha));
    return select(less(u, -1 / alpha), 0, select(less(1 / alpha, u), 1, smooth));
  },
});

/**
 * h'(u) = α max(0, 1 - |u|/w),   h its integral, from 0 far below the threshold to αw far above
 *
 * `alpha` > 0 is the height, 0.3 by default (the paper's dampening factor, and Norse's); `w` > 0 is
 * half the width in units of the membrane, 1 by default (the paper's is the threshold).
 *
 * Bellec et al. (2018), Long Short-Term Memory and Learning-to-Learn in Networks of Spiking
 * Neurons, arXiv:1803.09574; Bohte (2011), Error-Backpropagation in Networks of Fractionally
 * Predictive Spiking Neurons, ICANN.
 *
 * @throws {TypeError} if a parameter is unknown or not a number.
 * @throws {RangeError} if `alpha` or `w` is not a finite number > 0.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { slopeAt, triangle } from "@spikeloop/surrogate";
 *
 * assertEquals(slopeAt(triangle({ alpha: 2, w: 4 }), new Float32Array([-1]))[0], 1.5);
 * ```
 */
export const triangle: SurrogateFactory<"alpha" | "w"> = /* @__PURE__ */ surrogateFactory({
  name: "triangle",
  params: { alpha: { default: 0.3, above: 0 }, w: { default: 1, above: 0 } },
  slope: (u, { alpha, w }) => mul(alpha, max(sub(1, div(abs(u), w)), 0)),
  primitive: (u, { alpha, w }) => {
    const z = clamp(div(u, w), -1, 1);
    return mul(alpha * w, add(sub(z, mul(mul(z, abs(z)), 0.5)), 0.5));
  },
});

/**
 * h'(u) = 1/(2w) for |u| < w, else c
 *
 * h(u) = u/(2w) + 1/2 for |u| <= w, c(u + w) below, c(u - w) + 1 above
 *
 * `w` > 0 is half the width, 1 by default; `c` is the slope outside, 0.01 by default. The integral
 * is 1 where c is 0. SpikingJelly's `PiecewiseLeakyReLU`.
 *
 * Yin, Venkataramanan & Seo (2017), Algorithm and Hardware Design of Discrete-Time Spiking Neural
 * Networks Based on Back Propagation with Binary Activations, arXiv:1709.06206.
 *
 * @throws {TypeError} if a parameter is unknown or not a number.
 * @throws {RangeError} if `w` is not a finite number > 0, or `c` is not finite.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { piecewiseLeakyReLU, slopeAt } from "@spikeloop/surrogate";
 *
 * const [inside, edge] = slopeAt(piecewiseLeakyReLU({ w: 2, c: 0.5 }), new Float32Array([1, 2]));
 * assertEquals(inside, 0.25);
 * assertEquals(edge, 0.5);
 * ```
 */
export const piecewiseLeakyReLU: SurrogateFactory<"w" | "c"> = /* @__PURE__ */ surrogateFactory({
  name: "piecewiseLeakyReLU",
  params: { w: { default: 1, above: 0 }, c: { default: 0.01 } },
  slope: (u, { w, c }) => within(u, w, 1 / (2 * w), c),
  primitive: (u, { w, c }) => {
    const tail = (offset: number) => c === 0 ? offset : add(mul(c, u), offset);
    const middle = add(div(u, 2 * w), 0.5);
    return select(less(u, -w), tail(c * w), select(less(w, u), tail(1 - c * w), middle));
  },
});
