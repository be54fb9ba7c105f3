import { ilc, linear, plain, readOut, sequential } from "@spikeloop/functional";
import { restore } from "@spikeloop/interchange";
import { leakyIntegrator, lif } from "@spikeloop/neuron";
import { key } from "@spikeloop/random";
import { repeatSteps, softmax, tensor } from "@spikeloop/tensor";

/** The hidden neurons, in groups of ten that hear each other. */
export const [hiddenUnits, groupUnits] = [120, 10];

/** The network's work on one image. */
export interface Reading {
  /** The spikes of the hidden neurons, [T, hiddenUnits]. */
  readonly spikes: Float32Array;
  /** The shares of the classes after every step, [T, 10]; those of a step sum up to 1. */
  readonly shares: readonly Float32Array[];
}

/**
 * The network of the tutorial on digits, without the layer that only matters in training.
 *
 * @param weights A safetensors file, as the tutorial's program writes it.
 */
export function digitNetwork(weights: Uint8Array): (image: Float32Array, steps: number) => Reading {
  const net = sequential({
    fc1: linear({ inFeatures: 64, outFeatures: hiddenUnits }),
    hidden: ilc(lif, { actDim: hiddenUnits / groupUnits, decPopDim: groupUnits }),
    fc2: linear({ inFeatures: hiddenUnits, outFeatures: 10 }),
    membrane: plain(leakyIntegrator, { units: 10 }),
    out: readOut("mean"),
  });
  const params = restore(weights, net.init(key(0)));
  return (image, steps) => {
    const pixels = tensor(image.map((ink) => ink / 16), [1, 64]);
    const { layers } = net.inspect(params, net.initialState(1), repeatSteps(pixels, steps));
    const membranes = layers.membrane.dataSync();
    const sums = new Float32Array(10);
    const shares = Array.from({ length: steps }, (_, t) => {
      for (let digit = 0; digit < 10; digit++) sums[digit] += membranes[10 * t + digit];
      return softmax(tensor(sums.map((sum) => sum / (t + 1)), [10])).dataSync();
    });
    return { spikes: layers.hidden.dataSync(), shares };
  };
}
