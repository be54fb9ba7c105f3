import type { Tensor } from "@spikeloop/tensor";
import type { NodePopulation } from "./node_population.ts";

/**
 * Adds a property for every state variable and parameter of the model. A name that the node's class
 * has, such as `v`, stays with the class.
 */
export function addModelProperties(node: object, population: NodePopulation): void {
  const add = (name: string, get: () => unknown, set?: (value: Tensor) => void) => {
    if (!(name in node)) Object.defineProperty(node, name, { get, set, configurable: true });
  };
  const { constants, variables } = population;
  for (const s of variables) {
    add(s, () => population.read(s), (value) => population.write({ [s]: value }));
  }
  for (const p of Object.keys(constants)) add(p, () => population.parameters[p] ?? constants[p]);
}
