// Bells and sigmoids of exponentials.
import { abs, erfc, exp, less, mul, neg, select, sigmoid as s, sub } from "@spikeloop/expr";
import { type SurrogateFactory, surrogateFactory } from "../define.ts";
import { magnitude } from "../pieces.ts";

/**
 * h'(u) = α s(αu) (1 - s(αu)),   h(u) = s(αu) = 1 / (1 + e^(-αu))
 *
 * A surrogate. The function itself, for equations, is `sigmoid` of `@spikeloop/expr`.
 *
 * `alpha` > 0 is the sharpness, 4 by default. The slope's integral is 1. SpikingJelly's `Sigmoid`.
 *
 * Zenke & Vogels (2021), The Remarkable Robustness of Surrogate Gradient Learning, Neural
 * Computation 33(4).
 *
 * @throws {TypeError} if a parameter is unknown or not a number.
 * @throws {RangeError} if `alpha` is not a finite number > 0.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { sigmoid, slopeAt } from "@spikeloop/surrogate";
 *
 * assertEquals(slopeAt(sigmoid({ alpha: 4 }), new Float32Array([0]))[0], 1);
 * ```
 */
export const sigmoid: SurrogateFactory<"alpha"> = /* @__PURE__ */ surrogateFactory({
  name: "sigmoid",
  params: { alpha: { default: 4, above: 0 } },
  slope: (u, { alpha }) => {
    const p = s(mul(u, alpha));
    return mul(mul(sub(1, p), p), alpha);
  },
  primitive: (u, { alpha }) => s(mul(u, alpha)),
});

/**
 * h'(u) = α/2 e^(-α|u|),   h(u) = 1 - e^(-αu)/2 for u >= 0, e^(αu)/2 for u < 0
 *
 * `alpha` > 0 is the sharpness, 1 by default. The slope's integral is 1. SpikingJelly's
 * `PiecewiseExp`.
 *
 * Shrestha & Orchard (2018), SLAYER: Spike Layer Error Reassignment in Time, arXiv:1810.08646.
 *
 * @throws {TypeError} if a parameter is unknown or not a number.
 * @throws {RangeError} if `alpha` is not a finite number > 0.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { piecewiseExp, slopeAt } from "@spikeloop/surrogate";
 *
 * assertEquals(slopeAt(piecewiseExp({ alpha: 3 }), new Float32Array([0]))[0], 1.5);
 * ```
 */
export const piecewiseExp: SurrogateFactory<"alpha"> = /* @__PURE__ */ surrogateFactory({
  name: "piecewiseExp",
  params: { alpha: { default: 1, above: 0 } },
  slope: (u, { alpha }) => mul(alpha / 2, exp(mul(abs(u), -alpha))),
  primitive: (u, { alpha }) => {
    const tail = mul(exp(mul(magnitude(u), -alpha)), 0.5);
    return select(less(u, 0), tail, sub(1, tail));
  },
});

/**
 * h'(u) = α/√π e^(-(αu)²),   h(u) = erfc(-αu)/2
 *
 * A surrogate. The function itself, for equations, is `erf` of `@spikeloop/expr`.
 *
 * `alpha` > 0 is the sharpness, 2 by default. The slope's integral is 1; {@linkcode gaussian} is
 * the same bell by its standard deviation. SpikingJelly's `Erf`.
 *
 * Esser et al. (2015), Backpropagation for Energy-Efficient Neuromorphic Computing, NeurIPS 28;
 * Wu et al. (2018), Spatio-Temporal Backpropagation, arXiv:1706.02609.
 *
 * @throws {TypeError} if a parameter is unknown or not a number.
 * @throws {RangeError} if `alpha` is not a finite number > 0.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { erf, primitiveAt } from "@spikeloop/surrogate";
 *
 * assertEquals(primitiveAt(erf(), new Float32Array([0]))[0], 0.5);
 * ```
 */
export const erf: SurrogateFactory<"alpha"> = /* @__PURE__ */ surrogateFactory({
  name: "erf",
  params: { alpha: { default: 2, above: 0 } },
  slope: (u, { alpha }) => {
    const z = mul(u, alpha);
    return mul(exp(neg(mul(z, z))), alpha / Math.sqrt(Math.PI));
  },
  primitive: (u, { alpha }) => mul(erfc(mul(u, -alpha)), 0.5),
});

/**
 * h'(u) = e^(-u²/2σ²) / (σ√(2π)),   h(u) = erfc(-u/(σ√2))/2
 *
 * `sigma` > 0 is the bell's standard deviation in units of the membrane, 0.5 by default. The
 * slope's integral is 1.
 *
 * Yin, Corradi & Bohté (2021), Accurate and Efficient Time-Domain Classification with Adaptive
 * Spiking Recurrent Neural Networks, Nature Machine Intelligence 3, with its authors' σ.
 *
 * @throws {TypeError} if a parameter is unknown or not a number.
 * @throws {RangeError} if `sigma` is not a finite number > 0.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { gaussian, primitiveAt } from "@spikeloop/surrogate";
 *
 * assertEquals(primitiveAt(gaussian({ sigma: 1 }), new Float32Array([0]))[0], 0.5);
 * ```
 */
export const gaussian: SurrogateFactory<"sigma"> = /* @__PURE__ */ surrogateFactory({
  name: "gaussian",
  params: { sigma: { default: 0.5, above: 0 } },
  slope: (u, { sigma }) => {
    const z = mul(u, Math.SQRT1_2 / sigma);
    return mul(exp(neg(mul(z, z))), 1 / (sigma * Math.sqrt(2 * Math.PI)));
  },
  primitive: (u, { sigma }) => mul(erfc(mul(u, -Math.SQRT1_2 / sigma)), 0.5),
});
