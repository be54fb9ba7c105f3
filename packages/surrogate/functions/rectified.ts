// Slopes that do not vanish above the threshold.
import {
  abs,
  add,
  div,
  greaterEqual,
  less,
  lessEqual,
  log,
  min,
  mul,
  select,
  sigmoid as s,
  sub,
} from "@spikeloop/expr";
import { type SurrogateFactory, surrogateFactory } from "../define.ts";

/**
 * h'(u) = k for u >= 0, leak below,   h(u) = ku or leak·u
 *
 * `k` is the slope above the threshold, 1 by default; `leak` is the slope below, 0 by default. The
 * primitive leaves (0, 1).
 *
 * Source: SpikingJelly's `LeakyKReLU`.
 *
 * @throws {TypeError} if a parameter is unknown or not a number.
 * @throws {RangeError} if `k` or `leak` is not finite.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { leakyKReLU, slopeAt } from "@spikeloop/surrogate";
 *
 * const [below, above] = slopeAt(leakyKReLU({ leak: 0.5, k: 2 }), new Float32Array([-1, 1]));
 * assertEquals(below, 0.5);
 * assertEquals(above, 2);
 * ```
 */
export const leakyKReLU: SurrogateFactory<"leak" | "k"> = /* @__PURE__ */ surrogateFactory({
  name: "leakyKReLU",
  params: { leak: { default: 0 }, k: { default: 1 } },
  slope: (u, { leak, k }) => select(greaterEqual(u, 0), k, leak),
  primitive: (u, { leak, k }) => mul(select(greaterEqual(u, 0), k, leak), u),
});

/**
 * h'(u) = α for u <= 0, 1 for 0 < u <= 1, 1/u above,   h(u) = αu, u, ln(u) + 1
 *
 * `alpha` is the slope below the threshold, 0 by default. The primitive leaves (0, 1).
 * SpikingJelly's `LogTailedReLU`.
 *
 * Cai et al. (2017), Deep Learning with Low Precision by Half-wave Gaussian Quantization,
 * arXiv:1702.00953.
 *
 * @throws {TypeError} if a parameter is unknown or not a number.
 * @throws {RangeError} if `alpha` is not finite.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { logTailedReLU, slopeAt } from "@spikeloop/surrogate";
 *
 * assertEquals(slopeAt(logTailedReLU(), new Float32Array([4]))[0], 0.25);
 * ```
 */
export const logTailedReLU: SurrogateFactory<"alpha"> = /* @__PURE__ */ surrogateFactory({
  name: "logTailedReLU",
  params: { alpha: { default: 0 } },
  slope: (u, { alpha }) => select(lessEqual(u, 0), alpha, select(less(1, u), div(1, u), 1)),
  primitive: (u, { alpha }) => {
    // The logarithm sees numbers above 1 only: its derivative is infinite at 0 and would spoil a
    // zero.
    const tail = add(log(select(less(1, u), u, 1)), 1);
    return select(less(1, u), tail, select(lessEqual(u, 0), mul(alpha, u), u));
  },
});

/**
 * h'(u) = β/(u + 1) for u >= 0, α s(αu) (1 - s(αu)) below
 *
 * h(u) = β ln(|u + 1| + 10⁻⁵) + 1/2 for u >= 0, s(αu) below, with s(z) = 1 / (1 + e⁻ᶻ)
 *
 * `alpha` > 0 is the sharpness below the threshold, 4 by default; `beta` >= 0 the height above, 1
 * by default. The 10⁻⁵ and the 1/2 are SpikingJelly's; h' therefore differs from dh/du by 10⁻⁵ of
 * it. SpikingJelly's `S2NN`.
 *
 * Suetake et al. (2022), S2NN: Time Step Reduction of Spiking Surrogate Gradients for Training
 * Energy Efficient Single-Step Neural Networks, arXiv:2201.10879.
 *
 * @throws {TypeError} if a parameter is unknown or not a number.
 * @throws {RangeError} if `alpha` is not a finite number > 0, or `beta` not a finite number >= 0.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { s2nn, slopeAt } from "@spikeloop/surrogate";
 *
 * assertEquals(slopeAt(s2nn({ beta: 2 }), new Float32Array([3]))[0], 0.5);
 * ```
 */
export const s2nn: SurrogateFactory<"alpha" | "beta"> = /* @__PURE__ */ surrogateFactory({
  name: "s2nn",
  params: { alpha: { default: 4, above: 0 }, beta: { default: 1, min: 0 } },
  slope: (u, { alpha, beta }) => {
    const p = s(mul(alpha, u));
    return select(less(u, 0), mul(mul(alpha, p), sub(1, p)), div(beta, add(u, 1)));
  },
  primitive: (u, { alpha, beta }) => {
    const above = add(mul(beta, log(add(abs(add(u, 1)), 1e-5))), 0.5);
    return select(less(u, 0), s(mul(u, alpha)), above);
  },
});

/**
 * h'(u) = min(1/|u|, α), at u = -0 as in SpikingJelly -∞
 *
 * `alpha` > 0 is the height, 0.3 by default. There is no primitive. The slope is the finite
 * difference of Heaviside from 0 to u, limited to α.
 *
 * Source: SpikingJelly's `FakeNumericalGradient`.
 *
 * @throws {TypeError} if a parameter is unknown or not a number, or `spiking` is false.
 * @throws {RangeError} if `alpha` is not a finite number > 0.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { fakeNumericalGradient, slopeAt } from "@spikeloop/surrogate";
 *
 * const [near, far] = slopeAt(fakeNumericalGradient({ alpha: 2 }), new Float32Array([0.1, -4]));
 * assertEquals(near, 2);
 * assertEquals(far, 0.25);
 * ```
 */
export const fakeNumericalGradient: SurrogateFactory<"alpha"> = /* @__PURE__ */ surrogateFactory({
  name: "fakeNumericalGradient",
  params: { alpha: { default: 0.3, above: 0 } },
  slope: (u, { alpha }) => min(div(select(greaterEqual(u, 0), 1, -1), u), alpha),
});
