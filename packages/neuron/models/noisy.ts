import { add, mul } from "@spikeloop/expr";
import { defineNeuron, takeNeuron } from "../define_neuron.ts";
import type { Neuron, NeuronParams } from "../neuron.ts";

/**
 * A neuron with noise on its input and on its output:
 *
 *     x' = x + sigmaV·noiseV,   out = spike + sigmaS·noiseS
 *
 * The unit charges with x'. The spike without noise resets it; connected units hear `out`. The
 * result has the further parameters sigmaV and sigmaS, and reads the further sequences "noiseV" and
 * "noiseS" [T, N, D]. SpikingJelly's NoisyBaseNode.
 *
 * @throws {TypeError} if the model has a parameter or a state of one of these names.
 *
 * @example
 * ```ts
 * import { cubaLif, noisy } from "@spikeloop/neuron";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(noisy(cubaLif).noise, ["noiseV", "noiseS"]);
 * ```
 */
export function noisy<S extends string, P extends string>(
  neuron: Neuron<S, P>,
): Neuron<S, P | "sigmaV" | "sigmaS"> {
  const model: Neuron = takeNeuron(neuron);
  return defineNeuron<string, NeuronParams, string>({
    ...model,
    name: `noisy-${model.name}`,
    params: { ...model.params, sigmaV: 0, sigmaS: 0 },
    noise: ["noiseV", "noiseS", ...model.noise ?? []],
    charge: (state, x, p, noise) =>
      model.charge(state, add(x, mul(p.sigmaV ?? 0, noise.noiseV)), p, noise),
    emit: (state, spike, p, noise) =>
      add(model.emit?.(state, spike, p, noise) ?? spike, mul(p.sigmaS ?? 0, noise.noiseS)),
  }) as Neuron<S, P | "sigmaV" | "sigmaS">;
}
