// The straight-through family: the gradient passes unchanged.
import { constant, less } from "@spikeloop/expr";
import { type SurrogateFactory, surrogateFactory } from "../define.ts";

/**
 * h'(u) = 1,   h(u) = u: Heaviside(u) forward, the gradient unchanged backward
 *
 * No parameters. SpikingJelly's `DeterministicPass`; {@linkcode straightThrough} is its usual name.
 *
 * Bengio, Léonard & Courville (2013), Estimating or Propagating Gradients Through Stochastic
 * Neurons for Conditional Computation, arXiv:1308.3432.
 *
 * @throws {TypeError} if a parameter is passed.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { deterministicPass, slopeAt } from "@spikeloop/surrogate";
 *
 * assertEquals(slopeAt(deterministicPass(), new Float32Array([-9]))[0], 1);
 * ```
 */
export const deterministicPass: SurrogateFactory = /* @__PURE__ */ surrogateFactory({
  name: "deterministicPass",
  params: {},
  slope: () => constant(1),
  primitive: (u) => u,
});

/**
 * h'(u) = 1,   h(u) = u: the straight-through estimator
 *
 * No parameters. The name that the field and snnTorch use for {@linkcode deterministicPass}.
 *
 * Bengio, Léonard & Courville (2013), Estimating or Propagating Gradients Through Stochastic
 * Neurons for Conditional Computation, arXiv:1308.3432.
 *
 * @throws {TypeError} if a parameter is passed.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { slopeAt, straightThrough } from "@spikeloop/surrogate";
 *
 * assertEquals(slopeAt(straightThrough(), new Float32Array([-9]))[0], 1);
 * ```
 */
export const straightThrough: SurrogateFactory = /* @__PURE__ */ surrogateFactory({
  name: "straightThrough",
  params: {},
  slope: () => constant(1),
  primitive: (u) => u,
});

/**
 * S = 1 with probability u,   h'(u) = 1,   h(u) = u
 *
 * No parameters. It fires at random, where noise < u for noise uniform in [0, 1): never for
 * u <= 0 or NaN and always for u >= 1 (SpikingJelly refuses u outside [0, 1]). SpikingJelly's
 * `PoissonPass`.
 *
 * Bengio, Léonard & Courville (2013), Estimating or Propagating Gradients Through Stochastic
 * Neurons for Conditional Computation, arXiv:1308.3432.
 *
 * @throws {TypeError} if a parameter is passed.
 *
 * @example
 * ```ts
 * import { assert, assertEquals } from "@std/assert";
 * import { evaluate, input } from "@spikeloop/expr";
 * import { fire, needsNoise, poissonPass } from "@spikeloop/surrogate";
 *
 * const spike = fire(poissonPass(), input("u"), input("noise"));
 * assert(needsNoise(poissonPass()));
 * assertEquals(evaluate(spike, { u: 0.3, noise: 0.2 }), 1);
 * ```
 */
export const poissonPass: SurrogateFactory = /* @__PURE__ */ surrogateFactory({
  name: "poissonPass",
  params: {},
  fires: "bernoulli",
  forward: (u, noise) => less(noise, u),
  slope: () => constant(1),
  primitive: (u) => u,
});
