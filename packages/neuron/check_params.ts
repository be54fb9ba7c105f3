import { checkNames, takeNumber, takeRecord } from "@spikeloop/errors";
import type { Neuron, NeuronParams } from "./neuron.ts";

/**
 * Returns the model's parameters: those in `params`, and the defaults of the others.
 *
 * @throws {TypeError} if the model has no such parameter, or a parameter that must be a number is
 * null.
 * @throws {RangeError} if a value is not finite or out of the model's bounds.
 *
 * @example
 * ```ts
 * import { lif, resolveParams } from "@spikeloop/neuron";
 * import { assertEquals, assertThrows } from "@std/assert";
 *
 * const soft = resolveParams(lif, { vReset: null });
 * assertEquals(soft, { vDecay: 0.75, vThreshold: 1, vReset: null });
 * assertThrows(() => resolveParams(lif, { vDecay: -1 }), RangeError, "of at least 0");
 * ```
 */
export function resolveParams<P extends string>(
  model: Neuron<string, P>,
  params: { readonly [K in NoInfer<P>]?: number | null } = {},
): NeuronParams<P> {
  takeRecord("resolve params", "the model", model);
  takeRecord(`use neuron "${model.name}"`, "the model's params", model.params);
  return takeParams(model, params);
}

/**
 * {@linkcode resolveParams} of a model that was checked.
 *
 * @throws {TypeError} if the model has no such parameter, or a parameter that must be a number is
 * null.
 * @throws {RangeError} if a value is not finite or out of the model's bounds.
 *
 * @example
 * ```ts
 * import { lif, takeParams } from "@spikeloop/neuron";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(takeParams(lif, { vDecay: 0.5 }), { ...lif.params, vDecay: 0.5 });
 * ```
 */
export function takeParams<P extends string>(
  model: Neuron<string, P>,
  params: { readonly [K in NoInfer<P>]?: number | null } = {},
): NeuronParams<P> {
  const { name: neuron, params: defaults, bounds }: Neuron = model;
  const action = `use neuron "${neuron}"`;
  checkNames(action, params, Object.keys(defaults), "parameter");
  const all: Record<string, number | null> = { ...defaults };
  for (const [name, value] of Object.entries<number | null | undefined>(params)) {
    if (value === undefined) continue;
    const { nullable, ...range } = bounds?.[name] ?? {};
    all[name] = value === null && (nullable || defaults[name] === null)
      ? null
      : takeNumber(action, `parameter ${name}`, value, { ...range, float32: true });
  }
  return all as NeuronParams<P>;
}
