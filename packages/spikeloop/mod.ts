/**
 * Spikeloop in one import: the stable interface of every package.
 *
 * Names are those of the packages, with two exceptions. Scalar expressions, in which neurons and surrogates are
 * written, are in the namespace {@linkcode expr}: their `add`, `mul`, `exp`, ... have the names of the functions on
 * tensors. Surrogates are in the namespace {@linkcode surrogates}: `surrogates.sigmoid()` is not the `sigmoid` of
 * a tensor. `rect`, the default, and what takes a surrogate's name are here directly too.
 *
 * @example A population in a loop of your own, and all its steps at once.
 * ```ts
 * import { cubaLif, ilc, key, ones, rect } from "@spikeloop/spikeloop";
 * import { assert } from "@std/assert";
 *
 * const population = ilc(cubaLif, { actDim: 2, decPopDim: 5, surrogate: rect() });
 * const params = population.init(key(0));
 *
 * const step = population.bind(params);
 * let state = population.initialState(1);
 * for (let t = 0; t < 10; t++) [state] = step(state, ones([1, 10]));
 *
 * const [last] = population.multiStep(params, population.initialState(1), ones([10, 1, 10]));
 * assert(last.v.dataSync().join() === state.v.dataSync().join());
 * ```
 *
 * @example A neuron of your own.
 * ```ts
 * import { defineNeuron, expr, plain } from "@spikeloop/spikeloop";
 * import { assert } from "@std/assert";
 *
 * const integrator = defineNeuron({
 *   name: "integrator",
 *   rest: { v: 0 },
 *   params: { vThreshold: 1 },
 *   charge: ({ v }, x) => ({ v: expr.add(v, x) }),
 *   fire: ({ v }, p) => expr.sub(v, p.vThreshold),
 *   reset: ({ v }, spike, p) => ({ v: expr.sub(v, expr.mul(spike, p.vThreshold)) }),
 * });
 * assert(plain(integrator, { units: 3 }).units === 3);
 * ```
 *
 * @module
 */
export * from "@spikeloop/tensor";
export * from "@spikeloop/random";
export * from "@spikeloop/neuron";
export * from "@spikeloop/functional";
export * from "@spikeloop/encoding";
export * from "@spikeloop/actor";
export * from "@spikeloop/training";
export * from "@spikeloop/interchange";
export * from "@spikeloop/plot";
export * from "@spikeloop/webgpu";
export * as expr from "@spikeloop/expr";
export * as surrogates from "@spikeloop/surrogate";
export {
  primitiveAt,
  rect,
  registerSurrogate,
  slopeAt,
  type Surrogate,
  surrogate,
  surrogateNames,
} from "@spikeloop/surrogate";
