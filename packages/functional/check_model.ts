import { describe } from "@spikeloop/errors";
import type { Neuron, NeuronParams } from "@spikeloop/neuron";

import { lateralName } from "./state_record.ts";

/**
 * @throws {TypeError} if `model` is not a neuron.
 */
export function checkModel(name: string, model: unknown): void {
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
