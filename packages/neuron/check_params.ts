import type { Neuron, NeuronParams } from "./define_neuron.ts";

/**
 * The model's defaults with `given` in their place.
 *
 * @throws {TypeError} if the model has no such parameter, or one that cannot be null is.
 * @throws {RangeError} if a value is not finite or out of the model's bounds.
 */
export function resolveParams(model: Neuron, given: Readonly<Record<string, number | null>> = {}): NeuronParams {
  for (const [key, value] of Object.entries(given)) {
    if (value === undefined) continue;
    const fail = (expected: string, kind: typeof TypeError | typeof RangeError): never => {
      throw new kind(`Cannot use neuron "${model.name}": parameter ${key} is ${String(value)}, expected ${expected}`);
    };
    if (!(key in model.params)) {
      throw new TypeError(
        `Cannot use neuron "${model.name}": it has no parameter "${key}", only ${Object.keys(model.params).join(", ")}`,
      );
    }
    const { min = -Infinity, max = Infinity } = model.bounds?.[key] ?? {};
    if (value === null) continue;
    if (typeof value !== "number") fail("a number", TypeError);
    if (!Number.isFinite(value)) fail("a finite number", RangeError);
    if (value < min) fail(`at least ${min}`, RangeError);
    if (value > max) fail(`at most ${max}`, RangeError);
  }
  const entries = Object.entries(given).filter(([, value]) => value !== undefined);
  return { ...model.params, ...Object.fromEntries(entries) };
}
