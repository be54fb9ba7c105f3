import { checkScanNames } from "@spikeloop/backend";
import {
  checkOptions,
  describe,
  didYouMean,
  fail,
  isRecord,
  refuse,
  takeFunction,
  takeNumber,
  takeRecord,
  takeText,
} from "@spikeloop/errors";
import type { Bounds, Neuron, NeuronParams } from "./neuron.ts";

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

/** Calls the function that returns the states at rest. */
function restAt(
  action: string,
  rest: (params: NeuronParams) => unknown,
  params: NeuronParams,
): unknown {
  try {
    return rest(params);
  } catch (cause) {
    return fail(
      action,
      "its rest does not work, expected a function of the parameters",
      TypeError,
      {
        cause,
      },
    );
  }
}

/**
 * Checks the definition of a neuron.
 *
 * @throws {TypeError} if a part of the model is missing, unknown or of the wrong kind.
 * @throws {TypeError} if a name is used twice or reserved.
 * @throws {RangeError} if a default or a rest value is not finite, or a default is out of its
 * bounds.
 */
export function checkNeuron(model: Neuron): void {
  const known = Object.keys(parts);
  if (!isRecord(model)) {
    fail("define a neuron", `it is ${describe(model)}, expected a record of ${known.join(", ")}`);
  }
  const { params } = model;
  const action = `define neuron "${takeText("define a neuron", "name", model.name)}"`;
  checkOptions(action, model, known, "part");
  takeFunction(action, "charge", model.charge, "a function of (state, x, params)");
  for (const part of ["fire", "reset", "emit"] as const) {
    if (model[part] === undefined) continue;
    takeFunction(action, part, model[part], "a function of (state, ...)");
  }
  if (model.fire === undefined && model.emit === undefined) {
    fail(action, "it has neither fire, which makes spikes, nor emit, which returns another output");
  }
  if (model.reset !== undefined && model.fire === undefined) {
    fail(action, "it has a reset but no fire: without spikes there is nothing to reset by");
  }
  takeRecord(action, "params", params, "a record of numbers, {} if it has none");
  if (model.bounds !== undefined) {
    takeRecord(action, "bounds", model.bounds, "a record of { min, max, ... } by parameter");
  }
  for (const [key, value] of Object.entries(params)) {
    const { [key]: bounds = {} } = model.bounds ?? {};
    takeRecord(action, `bounds of ${key}`, bounds, "a record such as { min: 0 }");
    checkDefault(action, key, value, bounds);
  }
  for (const key of Object.keys(model.bounds ?? {})) {
    if (Object.hasOwn(params, key)) continue;
    const hint = didYouMean(key, Object.keys(params));
    fail(action, `bounds are given for ${key}, which is no parameter${hint}`);
  }

  const rest = takeRecord(
    action,
    "rest",
    typeof model.rest === "function" ? restAt(action, model.rest, params) : model.rest,
    "the states at rest, such as { v: 0 }, or a function",
  );
  for (const [state, value] of Object.entries(rest)) {
    takeNumber(action, `${state} at rest`, value, { float32: true });
  }

  const noise: unknown = model.noise ?? [];
  if (!Array.isArray(noise) || ![...noise].every((n) => typeof n === "string" && n !== "")) {
    return refuse(action, "noise", noise, 'an array of names, such as ["noiseV"]');
  }
  checkScanNames(action, [...Object.keys(rest), ...Object.keys(params), ...noise]);
}

function checkDefault(
  action: string,
  key: string,
  value: unknown,
  { min = -Infinity, above = -Infinity, max = Infinity }: Bounds,
): void {
  const name = `parameter ${key}`;
  for (const [edge, bound] of Object.entries({ min, above, max })) {
    if (typeof bound !== "number") refuse(action, `${edge} of ${name}`, bound, "a number");
  }
  if (value === null) return;
  if (typeof value !== "number") return refuse(action, name, value, "a number or null");
  takeNumber(action, name, value, { float32: true });
  if (value < min || value <= above || value > max) {
    fail(action, `the default of ${name} is ${value}, which its own bounds exclude`, RangeError);
  }
}
