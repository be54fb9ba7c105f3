// Slopes with heavy tails: an arctangent, a power and a logarithm.
import {
  abs,
  add,
  atan as arctan,
  div,
  less,
  log,
  mul,
  neg,
  pow,
  select,
  sub,
} from "@spikeloop/expr";
import { type SurrogateFactory, surrogateFactory } from "../define.ts";
import { magnitude } from "../pieces.ts";

/**
 * h'(u) = (α/2) / (1 + (π/2 αu)²),   h(u) = arctan(π/2 αu)/π + 1/2
 *
 * A surrogate. The function itself, for equations, is `atan` of `@spikeloop/expr`.
 *
 * `alpha` > 0 is the sharpness, 2 by default. The slope's integral is 1. SpikingJelly's `ATan`.
 *
 * Fang et al. (2021), Incorporating Learnable Membrane Time Constant to Enhance Learning of Spiking
 * Neural Networks, arXiv:2007.05785.
 *
 * @throws {TypeError} if a parameter is unknown or not a number.
 * @throws {RangeError} if `alpha` is not a finite number > 0.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { atan, slopeAt } from "@spikeloop/surrogate";
 *
 * assertEquals(slopeAt(atan({ alpha: 2 }), new Float32Array([0]))[0], 1);
 * ```
 */
export const atan: SurrogateFactory<"alpha"> = /* @__PURE__ */ surrogateFactory({
  name: "atan",
  params: { alpha: { default: 2, above: 0 } },
  slope: (u, { alpha }) => {
    const z = mul(Math.PI * (alpha / 2), u);
    return div(alpha / 2, add(1, mul(z, z)));
  },
  primitive: (u, { alpha }) => add(div(arctan(mul(Math.PI / 2 * alpha, u)), Math.PI), 0.5),
});

/**
 * h'(u) = (1 + 2|u|/(α-1))^(-α)
 *
 * h(u) = 1 - (1 + 2u/(α-1))^(1-α)/2 for u >= 0, (1 - 2u/(α-1))^(1-α)/2 for u < 0
 *
 * `alpha` > 1 is how fast the tails fall, 2 by default. The slope's integral is 1. SpikingJelly's
 * `QPseudoSpike`.
 *
 * Herranz-Celotti & Rouat (2022), Surrogate Gradients Design, arXiv:2202.00282.
 *
 * @throws {TypeError} if a parameter is unknown or not a number.
 * @throws {RangeError} if `alpha` is not a finite number > 1 (SpikingJelly divides by zero at 1).
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { qPseudoSpike, slopeAt } from "@spikeloop/surrogate";
 *
 * assertEquals(slopeAt(qPseudoSpike({ alpha: 2 }), new Float32Array([0.5]))[0], 0.25);
 * ```
 */
export const qPseudoSpike: SurrogateFactory<"alpha"> = /* @__PURE__ */ surrogateFactory({
  name: "qPseudoSpike",
  params: { alpha: { default: 2, above: 1 } },
  slope: (u, { alpha }) => pow(add(1, mul(2 / (alpha - 1), abs(u))), -alpha),
  primitive: (u, { alpha }) => {
    const tail = mul(0.5, pow(add(1, mul(2 / (alpha - 1), magnitude(u))), 1 - alpha));
    return select(less(u, 0), tail, sub(1, tail));
  },
});

/**
 * h'(u) = 1 / (1/α + |u|),   h(u) = sign(u) ln(1 + α|u|) with sign(0) = 1
 *
 * `alpha` > 0 is the height, 1 by default. The primitive leaves (0, 1) and the slope's integral is
 * infinite.
 *
 * Source: SpikingJelly's `NonzeroSignLogAbs`.
 *
 * @throws {TypeError} if a parameter is unknown or not a number.
 * @throws {RangeError} if `alpha` is not a finite number > 0.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { nonzeroSignLogAbs, slopeAt } from "@spikeloop/surrogate";
 *
 * assertEquals(slopeAt(nonzeroSignLogAbs({ alpha: 2 }), new Float32Array([0]))[0], 2);
 * ```
 */
export const nonzeroSignLogAbs: SurrogateFactory<"alpha"> = /* @__PURE__ */ surrogateFactory({
  name: "nonzeroSignLogAbs",
  params: { alpha: { default: 1, above: 0 } },
  slope: (u, { alpha }) => div(1, add(1 / alpha, abs(u))),
  primitive: (u, { alpha }) => {
    const size = log(add(mul(alpha, magnitude(u)), 1));
    return select(less(u, 0), neg(size), size);
  },
});
