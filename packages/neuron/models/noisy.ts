import { add, mul } from "@spikeloop/expr";
import { defineNeuron, type Neuron } from "../define_neuron.ts";

/**
 * A neuron with noise on what it hears and on what it sends out:
 *
 *     x' = x + sigmaV·noiseV,   out = spike + sigmaS·noiseS
 *
 * It charges with x', and is reset by the spike without noise; connected units hear `out`. The parameters sigmaV and
 * sigmaS are added to the model's own, the sequences "noiseV" and "noiseS" [T, N, D] to what it reads. As
 * SpikingJelly's NoisyBaseNode.
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
export function noisy(model: Neuron): Neuron {
  return defineNeuron({
    ...model,
    name: `noisy-${model.name}`,
    params: { ...model.params, sigmaV: 0, sigmaS: 0 },
    noise: ["noiseV", "noiseS", ...model.noise ?? []],
    charge: (state, x, p, noise) =>
      model.charge(state, add(x, mul(p.sigmaV ?? 0, noise.noiseV)), p, noise),
    emit: (state, spike, p, noise) =>
      add(model.emit?.(state, spike, p, noise) ?? spike, mul(p.sigmaS ?? 0, noise.noiseS)),
  });
}
