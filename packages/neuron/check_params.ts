import { checkOptions, describe } from "@spikeloop/errors";
import type { Neuron, NeuronParams } from "./define_neuron.ts";

/**
 * The model's parameters: `given`, and the defaults of the others.
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
 * assertThrows(() => resolveParams(lif, { vDecay: -1 }), RangeError, "expected at least 0");
 * ```
 */
export function resolveParams(
  model: Neuron,
  given: Readonly<Record<string, number | null | undefined>> = {},
): NeuronParams {
  checkOptions(`use neuron "${model.name}"`, given, Object.keys(model.params), "parameter");
  const entries = Object.entries(given).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, checkParam(model, name, value)] as const]
  );
  return { ...model.params, ...Object.fromEntries(entries) };
}

function checkParam(model: Neuron, name: string, value: number | null): number | null {
  const { min = -Infinity, above = -Infinity, max = Infinity, nullable } = model.bounds?.[name] ??
    {};
  const fail = (kind: typeof TypeError | typeof RangeError, expected: string): never => {
    throw new kind(
      `Cannot use neuron "${model.name}": parameter ${name} is ${
        describe(value)
      }, expected ${expected}`,
    );
  };
  if (value === null) {
    return nullable || model.params[name] === null ? null : fail(TypeError, "a number");
  }
  if (typeof value !== "number") fail(TypeError, "a number");
  if (!Number.isFinite(value)) fail(RangeError, "a finite number");
  if (!Number.isFinite(Math.fround(value))) {
    fail(RangeError, "at most 3.4e38 in size, as float32 holds");
  }
  if (value < min) fail(RangeError, `at least ${min}`);
  if (value <= above) fail(RangeError, `more than ${above}`);
  if (value > max) fail(RangeError, `at most ${max}`);
  return value;
}
