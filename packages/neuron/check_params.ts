import { checkOptions, takeNumber, takeRecord } from "@spikeloop/errors";
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
export function resolveParams(
  model: Neuron,
  params: Readonly<Record<string, number | null | undefined>> = {},
): NeuronParams {
  takeRecord("resolve params", "the model", model);
  const action = `use neuron "${model.name}"`;
  takeRecord(action, "the model's params", model.params);
  checkOptions(action, params, Object.keys(model.params), "parameter");
  const all: Record<string, number | null> = { ...model.params };
  for (const [name, value] of Object.entries(params)) {
    if (value === undefined) continue;
    const { nullable, ...range } = model.bounds?.[name] ?? {};
    all[name] = value === null && (nullable || model.params[name] === null)
      ? null
      : takeNumber(action, `parameter ${name}`, value, { ...range, float32: true });
  }
  return all;
}
