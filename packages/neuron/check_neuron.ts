import { checkOptions, describe } from "@spikeloop/errors";
import { isReservedName } from "@spikeloop/backend";
import type { Bounds, Neuron, NeuronParams } from "./define_neuron.ts";

const parts: Readonly<Record<keyof Neuron, true>> = {
  name: true,
  rest: true,
  params: true,
  bounds: true,
  charge: true,
  fire: true,
  reset: true,
  emit: true,
  noise: true,
};

/**
 * @throws {TypeError} if a part of the model is missing, unknown or of the wrong kind.
 * @throws {TypeError} if a name is used twice or reserved.
 * @throws {RangeError} if a default or a rest value is not finite, or a default is out of its
 * bounds.
 */
export function checkNeuron<S extends string, P extends NeuronParams>(model: Neuron<S, P>): void {
  if (!isRecord(model)) {
    throw new TypeError(
      `Cannot define a neuron: given is ${describe(model)}, expected a record of ${
        Object.keys(parts).join(", ")
      }`,
    );
  }
  const { name, params } = model;
  if (typeof name !== "string" || name === "") {
    throw new TypeError(
      `Cannot define a neuron: its name is ${JSON.stringify(name)}, expected a non-empty string`,
    );
  }
  const fail = (problem: string, kind: typeof TypeError | typeof RangeError = TypeError): never => {
    throw new kind(`Cannot define neuron "${name}": ${problem}`);
  };

  checkOptions(`define neuron "${name}"`, model, Object.keys(parts), "part");
  if (typeof model.charge !== "function") {
    fail("charge is missing, expected a function of (state, x, params)");
  }
  for (const part of ["fire", "reset", "emit"] as const) {
    if (model[part] !== undefined && typeof model[part] !== "function") {
      fail(`${part} is ${describe(model[part])}, expected a function of (state, ...)`);
    }
  }
  if (model.fire === undefined && model.emit === undefined) {
    fail("it has neither fire, which makes spikes, nor emit, which sends something else out");
  }
  if (model.reset !== undefined && model.fire === undefined) {
    fail("it has a reset but no fire: without spikes there is nothing to reset by");
  }
  if (!isRecord(params)) fail("params is missing, expected a record of numbers, {} if it has none");
  for (const [key, value] of Object.entries(params)) {
    checkDefault(fail, key, value, model.bounds?.[key]);
  }
  for (const key of Object.keys(model.bounds ?? {})) {
    if (!Object.hasOwn(params, key)) fail(`bounds are given for ${key}, which is no parameter`);
  }

  const rest: unknown = typeof model.rest === "function" ? model.rest(params) : model.rest;
  if (!isRecord(rest)) {
    return fail("rest is missing, expected the states at rest, such as { v: 0 }, or a function");
  }
  for (const [state, value] of Object.entries(rest)) {
    if (typeof value !== "number") fail(`${state} at rest is ${String(value)}, expected a number`);
    if (!fitsFloat32(value)) {
      fail(`${state} at rest is ${String(value)}, expected a finite float32`, RangeError);
    }
  }

  const noise: unknown = model.noise ?? [];
  if (!Array.isArray(noise) || !noise.every((n) => typeof n === "string" && n !== "")) {
    return fail('noise is not an array of names, such as ["noiseV"]');
  }
  const names = [...Object.keys(rest), ...Object.keys(params), ...noise];
  for (const key of names) {
    if (isReservedName(key)) fail(`"${key}" is a name that the time loop uses itself`);
    if (names.indexOf(key) !== names.lastIndexOf(key)) fail(`"${key}" names two things`);
  }
}

function checkDefault(
  fail: (problem: string, kind?: typeof TypeError | typeof RangeError) => never,
  key: string,
  value: unknown,
  { min = -Infinity, above = -Infinity, max = Infinity }: Bounds = {},
): void {
  if (value === null) return;
  if (typeof value !== "number") {
    return fail(`parameter ${key} is ${JSON.stringify(value)}, expected a number or null`);
  }
  if (!fitsFloat32(value)) {
    fail(`parameter ${key} is ${value}, expected a finite number or null, in float32`, RangeError);
  }
  if (value < min || value <= above || value > max) {
    fail(`the default of parameter ${key} is ${value}, which its own bounds exclude`, RangeError);
  }
}

function fitsFloat32(value: unknown): boolean {
  return typeof value === "number" && Number.isFinite(Math.fround(value));
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
