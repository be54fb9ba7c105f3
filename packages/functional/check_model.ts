import { checkOptions, describe, didYouMean, fail, isRecord, refuse } from "@spikeloop/errors";
import type { Neuron, NeuronParams } from "@spikeloop/neuron";
import { lateralName } from "./state_record.ts";

/**
 * Checks the arguments of a population: the model must be a neuron, the names of the options known.
 *
 * @param name The function that the user called.
 * @param known The names of the options.
 * @throws {TypeError} if they are not. If an option is a parameter of the model, the message says
 * where it belongs.
 */
export function checkIngredients(
  name: string,
  model: Neuron,
  options: object,
  known: readonly string[],
): void {
  const action = `make ${name}`;
  if (!isRecord(model) || typeof model.charge !== "function") {
    fail(
      action,
      `its model is ${describe(model)}, expected a neuron such as cubaLif, or one made with ` +
        "defineNeuron",
    );
  }
  const misplaced = Object.keys(Object(options)).find((k) =>
    Object.hasOwn(model.params, k) && !known.includes(k)
  );
  if (misplaced !== undefined) {
    fail(
      action,
      `${misplaced} is a parameter of neuron "${model.name}", expected it in ` +
        `params: { ${misplaced}: ... }`,
    );
  }
  checkOptions(action, options, known);
}

/**
 * Returns the names of the parameters to learn, each once.
 *
 * @throws {TypeError} if one is unknown, switched off, or has the name of a tensor of the wiring.
 */
export function resolveLearned(
  name: string,
  model: Neuron,
  constants: NeuronParams,
  learn: readonly string[] = [],
): readonly string[] {
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
  return [...new Set(learn)];
}
