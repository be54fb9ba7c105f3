import { takeRecord } from "@spikeloop/errors";
import { checkNeuron } from "./check_neuron.ts";
import { guardEquations } from "./guard_equations.ts";
import type { Neuron, NeuronDefinition, NeuronParams } from "./neuron.ts";

/**
 * Checks a neuron model, and freezes it. Its equations then throw errors that name what they read
 * or return wrongly. `Neuron` describes the parts; the functions of
 * `@spikeloop/expr` make expressions. The result's type has the names of the states and of the
 * parameters; written as `: Neuron`, it has any names.
 *
 * @throws {TypeError} if a part is missing, unknown or of the wrong kind.
 * @throws {TypeError} if a name is used twice or reserved.
 * @throws {RangeError} if a default or a rest value is not finite, or a default is out of its
 * bounds.
 *
 * @example An integrate-and-fire neuron whose threshold rises with every spike.
 * ```ts
 * import { add, detach, mul, sub } from "@spikeloop/expr";
 * import { defineNeuron } from "@spikeloop/neuron";
 *
 * export const adaptive = defineNeuron({
 *   name: "adaptive",
 *   rest: { v: 0, a: 0 },
 *   params: { vDecay: 0.8, aDecay: 0.95, beta: 0.3, vThreshold: 0.5 },
 *   charge: ({ v, a }, x, p) => ({ v: add(mul(v, p.vDecay), x), a: mul(a, p.aDecay) }),
 *   fire: ({ v, a }, p) => sub(v, add(p.vThreshold, mul(p.beta, a))),
 *   reset: ({ v, a }, spike, p) => ({
 *     v: sub(v, mul(detach(spike), p.vThreshold)),
 *     a: add(a, spike),
 *   }),
 * });
 * ```
 */
export function defineNeuron<
  S extends string,
  P extends NeuronParams,
  const N extends string = never,
  C extends string = S,
  R extends string = S,
>(
  definition: NeuronDefinition<S, P, N, C, R>,
): Neuron<S, keyof P & string> {
  const model = definition as Neuron;
  checkNeuron(model);
  const states = Object.keys(restOf(model, model.params));
  return makeNeuron(guardEquations(model, states)) as Neuron<S, keyof P & string>;
}

/**
 * {@linkcode defineNeuron} without checks, for the models of this package: a program that defines
 * none has no code of those checks.
 */
export const makeNeuron: typeof defineNeuron = (definition) => {
  const neuron = Object.freeze({ ...definition });
  neurons.add(neuron);
  return neuron as never;
};

const neurons = /* @__PURE__ */ new WeakSet<object>();

/**
 * Whether a value is a neuron of this package, or one made with `defineNeuron`. Populations take no
 * others.
 *
 * @example
 * ```ts
 * import { defineNeuron, isNeuron, lif } from "@spikeloop/neuron";
 * import { assertEquals } from "@std/assert";
 *
 * const copy = { ...lif, name: "mine" };
 * assertEquals([lif, copy, defineNeuron(copy)].map(isNeuron), [true, false, true]);
 * ```
 */
export function isNeuron(value: unknown): value is Neuron {
  return neurons.has(value as object);
}

/**
 * Returns a neuron as it is, and one that was not made with `defineNeuron`, such as a copy with
 * another part, as `defineNeuron` makes it.
 *
 * @throws {TypeError} as `defineNeuron` does.
 * @throws {RangeError} as `defineNeuron` does.
 *
 * @example
 * ```ts
 * import { isNeuron, lif, takeNeuron } from "@spikeloop/neuron";
 * import { assert, assertThrows } from "@std/assert";
 *
 * assert(isNeuron(takeNeuron({ ...lif, name: "mine" })));
 * assertThrows(() => takeNeuron({ ...lif, params: 3 as never }), TypeError);
 * ```
 */
export function takeNeuron<M extends Neuron>(model: M): M {
  return isNeuron(model) ? model : defineNeuron(model as Neuron) as M;
}

/**
 * The state at rest for these parameters.
 *
 * @throws {TypeError} if the model or the parameters are no record.
 *
 * @example
 * ```ts
 * import { lif, restOf } from "@spikeloop/neuron";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(restOf(lif, { vDecay: 0.75, vThreshold: 1, vReset: -0.5 }), { v: -0.5 });
 * ```
 */
export function restOf<S extends string, P extends string>(
  model: Neuron<S, P>,
  params: NeuronParams<P>,
): { readonly [K in S]: number } {
  takeRecord("read the states at rest", "the model", model);
  takeRecord("read the states at rest", "params", params);
  return restAt(model, params);
}

/**
 * {@linkcode restOf} without checks, for a model and parameters that were checked.
 *
 * @example
 * ```ts
 * import { lif, restAt, restOf } from "@spikeloop/neuron";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(restAt(lif, lif.params), restOf(lif, lif.params));
 * ```
 */
export function restAt<S extends string, P extends string>(
  { rest }: Neuron<S, P>,
  params: NeuronParams<P>,
): { readonly [K in S]: number } {
  return typeof rest === "function" ? rest(params) : rest;
}
