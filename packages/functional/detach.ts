import { mapTree, stopGradient, type Tree } from "@spikeloop/tensor";

/**
 * Cuts a state off from the steps that made it: its tensors become constants, and no gradient flows
 * to earlier steps. It truncates back-propagation through time.
 *
 * @throws {TypeError} if the state is not a tree of tensors.
 *
 * @example
 * ```ts
 * import { detach, plain } from "@spikeloop/functional";
 * import { leakyIntegrator } from "@spikeloop/neuron";
 * import { add, grad, ones, sum, type Tensor } from "@spikeloop/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const units = plain(leakyIntegrator, { units: 1 });
 * const slopes = grad((x: Tensor) => {
 *   const [state, first] = units.multiStep({}, units.initialState(1), x);
 *   const [, second] = units.multiStep({}, detach(state), x); // two windows of one step
 *   return add(sum(first), sum(second));
 * });
 * assertEquals(slopes(ones([1, 1, 1])).item(), 1);
 * ```
 */
export function detach<S extends Tree>(state: S): S {
  return mapTree(stopGradient, state);
}
