import { checkOptions, describe, didYouMean, fail, refuse, takeFlag } from "@spikeloop/errors";
import { isNeuron, type Neuron, type NeuronParams, takeParams } from "@spikeloop/neuron";
import { asSurrogate } from "@spikeloop/surrogate";
import type { PopulationOptions } from "./population.ts";
import { lateralName } from "./state_record.ts";

/**
 * Checks the arguments of a population, and returns the parameters of the model: it must be a
 * neuron, the options known and of the right kind. Sizes and connections are checked elsewhere.
 *
 * @param name The function that the user called.
 * @param known The names of options beside those of all populations.
 * @throws {TypeError} if they are not. If an option is a parameter of the model, the message says
 * where it belongs.
 */
export function checkPopulation(
  name: string,
  model: Neuron,
  options: PopulationOptions,
  known: readonly string[],
): NeuronParams {
  const action = `make ${name}`;
  if (!isNeuron(model)) {
    fail(
      action,
      `its model is ${describe(model)}, expected a neuron such as cubaLif, or one made with ` +
        "defineNeuron",
    );
  }
  const names = [...known, "surrogate", "params", "learn", "detachReset", "flushDenormal"];
  const misplaced = Object.keys(Object(options)).find((k) =>
    Object.hasOwn(model.params, k) && !names.includes(k)
  );
  if (misplaced !== undefined) {
    fail(
      action,
      `${misplaced} is a parameter of neuron "${model.name}", expected it in ` +
        `params: { ${misplaced}: ... }`,
    );
  }
  checkOptions(action, options, names);
  const { surrogate, params, learn, detachReset = false, flushDenormal = false } = options;
  takeFlag(action, "detachReset", detachReset);
  takeFlag(action, "flushDenormal", flushDenormal);
  if (surrogate !== undefined) asSurrogate(surrogate);
  const constants = takeParams(model, params);
  checkLearned(name, model, constants, learn);
  return constants;
}

/**
 * Checks the names of the parameters to learn.
 *
 * @throws {TypeError} if one is unknown, switched off, or has the name of a tensor of the wiring.
 */
function checkLearned(
  name: string,
  model: Neuron,
  constants: NeuronParams,
  learn: readonly string[] = [],
): void {
  const action = `make ${name} of neuron "${model.name}"`;
  const known = Object.keys(constants);
  if (!Array.isArray(learn)) refuse(action, "learn", learn, "an array of parameter names");
  for (const parameter of learn) {
    const hint = typeof parameter === "string" ? didYouMean(parameter, known) : "";
    const problem = !known.includes(parameter)
      ? `, expected some of ${known.join(", ")}${hint}`
      : constants[parameter] === null
      ? ", which is null and so switched off"
      : ["weight", "bias", lateralName].includes(parameter)
      ? ": a tensor of the wiring has that name"
      : undefined;
    if (problem !== undefined) fail(action, `it cannot learn ${describe(parameter)}${problem}`);
  }
}
