// Slopes that fall with the square of the distance: quotients of |u|.
import { abs, add, div, mul, pow } from "@spikeloop/expr";
import { type SurrogateFactory, surrogateFactory } from "../define.ts";

/**
 * h'(u) = 1 / (2α (1/α + |u|)²),   h(u) = (αu/(1 + |αu|) + 1)/2
 *
 * `alpha` > 0 is the sharpness, 2 by default. The slope's integral is 1. SpikingJelly's `SoftSign`.
 *
 * Neftci, Mostafa & Zenke (2019), Surrogate Gradient Learning in Spiking Neural Networks,
 * arXiv:1901.09948.
 *
 * @throws {TypeError} if a parameter is unknown or not a number.
 * @throws {RangeError} if `alpha` is not a finite number > 0.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { primitiveAt, softSign } from "@spikeloop/surrogate";
 *
 * assertEquals(primitiveAt(softSign({ alpha: 2 }), new Float32Array([0.5]))[0], 0.75);
 * ```
 */
export const softSign: SurrogateFactory<"alpha"> = /* @__PURE__ */ surrogateFactory({
  name: "softSign",
  params: { alpha: { default: 2, above: 0 } },
  slope: (u, { alpha }) => div(1, mul(2 * alpha, pow(add(1 / alpha, abs(u)), 2))),
  primitive: (u, { alpha }) => {
    const z = mul(u, alpha);
    return mul(add(div(z, add(1, abs(z))), 1), 0.5);
  },
});

/**
 * h'(u) = α / (1 + |u|)²
 *
 * `alpha` > 0 scales the height only, not the width; 1 by default. The slope's integral is 2α, and
 * there is no primitive, as in SpikingJelly. {@linkcode fastSigmoid} scales the width and has a
 * primitive.
 * SpikingJelly's `SuperSpike`.
 *
 * Zenke & Ganguli (2018), SuperSpike: Supervised Learning in Multilayer Spiking Neural Networks,
 * arXiv:1705.11146.
 *
 * @throws {TypeError} if a parameter is unknown or not a number, or `spiking` is false.
 * @throws {RangeError} if `alpha` is not a finite number > 0.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { slopeAt, superSpike } from "@spikeloop/surrogate";
 *
 * assertEquals(slopeAt(superSpike({ alpha: 8 }), new Float32Array([1]))[0], 2);
 * ```
 */
export const superSpike: SurrogateFactory<"alpha"> = /* @__PURE__ */ surrogateFactory({
  name: "superSpike",
  params: { alpha: { default: 1, above: 0 } },
  slope: (u, { alpha }) => div(alpha, pow(add(abs(u), 1), 2)),
});

/**
 * h'(u) = 1 / (1 + α|u|)²,   h(u) = u / (1 + α|u|)
 *
 * `alpha` > 0 is the sharpness, 25 by default as in snnTorch, which calls it `slope`. The height is
 * always 1 and the slope's integral 2/α.
 *
 * Zenke & Ganguli (2018), SuperSpike: Supervised Learning in Multilayer Spiking Neural Networks,
 * arXiv:1705.11146.
 *
 * @throws {TypeError} if a parameter is unknown or not a number.
 * @throws {RangeError} if `alpha` is not a finite number > 0.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { fastSigmoid, slopeAt } from "@spikeloop/surrogate";
 *
 * assertEquals(slopeAt(fastSigmoid({ alpha: 10 }), new Float32Array([0.1]))[0], 0.25);
 * ```
 */
export const fastSigmoid: SurrogateFactory<"alpha"> = /* @__PURE__ */ surrogateFactory({
  name: "fastSigmoid",
  params: { alpha: { default: 25, above: 0 } },
  slope: (u, { alpha }) => div(1, pow(add(mul(alpha, abs(u)), 1), 2)),
  primitive: (u, { alpha }) => div(u, add(mul(alpha, abs(u)), 1)),
});
