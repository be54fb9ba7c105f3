import { checkOptions, describe } from "@spikeloop/errors";
import type { Neuron, NeuronParams } from "@spikeloop/neuron";

import { lateralName } from "./state_record.ts";

/**
 * Checks what a population is made of: that the model is one, and that the names of the options are known.
 *
 * @param known The names of the options.
 * @throws {TypeError} if not; a parameter of the model that stands among the options is told where it belongs.
 */
export function checkIngredients(
  name: string,
  model: Neuron,
  options: object,
  known: readonly string[],
): void {
  checkModel(name, model);
  const misplaced = Object.keys(options ?? {}).find((k) =>
    Object.hasOwn(model.params, k) && !known.includes(k)
  );
  if (misplaced !== undefined) {
    throw new TypeError(
      `Cannot make ${name}: ${misplaced} is a parameter of neuron "${model.name}", ` +
        `expected it in params: { ${misplaced}: ... }`,
    );
  }
  checkOptions(`make ${name}`, options, known);
}

function checkModel(name: string, model: unknown): void {
  const found: { charge?: unknown } = typeof model === "object" && model !== null ? model : {};
  if (typeof found.charge !== "function") {
    throw new TypeError(
      `Cannot make ${name}: its model is ${describe(model)}, expected a neuron such as cubaLif, ` +
        "or one made with defineNeuron",
    );
  }
}

/**
 * The names of the parameters to learn, each once.
 *
 * @throws {TypeError} if one is unknown, switched off, or would hide the connection's own tensors.
 */
export function resolveLearned(
  name: string,
  model: Neuron,
  constants: NeuronParams,
  learn: readonly string[] = [],
): readonly string[] {
  const fail = (problem: string): never => {
    throw new TypeError(`Cannot make ${name} of neuron "${model.name}": ${problem}`);
  };
  if (!Array.isArray(learn)) {
    fail(`learn is ${describe(learn)}, expected an array of parameter names`);
  }
  for (const parameter of learn) {
    if (!Object.hasOwn(constants, parameter)) {
      fail(
        `it cannot learn ${describe(parameter)}, expected some of ${
          Object.keys(constants).join(", ")
        }`,
      );
    }
    if (constants[parameter] === null) {
      fail(`it cannot learn ${parameter}, which is null and so switched off`);
    }
    if (["weight", "bias", lateralName].includes(parameter)) {
      fail(`it cannot learn ${parameter}: the connection's own tensors have that name`);
    }
  }
  return [...new Set(learn)];
}
