/**
 * Surrogate gradients, which replace the derivative of a spike. Each is a few lines of scalar maths
 * over u = membrane - threshold; every backend derives its kernels from them.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { rect, slopeAt, surrogate } from "@spikeloop/surrogate";
 *
 * const s = rect({ alpha: 2 }); // or, by name:
 * assertEquals(surrogate("rect", { alpha: 2 }).name, s.name);
 * assertEquals(slopeAt(s, new Float32Array([0.1]))[0], 2);
 * ```
 *
 * @module
 */
export { defineSurrogate } from "./define.ts";
export type { SurrogateDefinition, SurrogateFactory, SurrogateOptions } from "./define.ts";
export { fire, firesBinary, needsNoise } from "./fire.ts";
export * from "./functions/mod.ts";
export type { Parameter } from "./parameters.ts";
export {
  registerSurrogate,
  type SpikingJellySurrogate,
  surrogate,
  type SurrogateName,
  surrogateNames,
} from "./registry.ts";
export { primitiveAt, slopeAt } from "./sample.ts";
export { asSurrogate, type Surrogate } from "./surrogate.ts";
