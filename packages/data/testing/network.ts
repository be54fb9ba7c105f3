// A small network and its data.
import { linear, type NetworkParams, plain, sequential } from "@spikeloop/functional";
import { leakyIntegrator, lif } from "@spikeloop/neuron";
import { key, uniform } from "@spikeloop/random";
import { atan } from "@spikeloop/surrogate";
import { greater, mean, sum, type Tensor } from "@spikeloop/tensor";

const layers = {
  fc1: linear({ inFeatures: 4, outFeatures: 16 }),
  hidden: plain(lif, { units: 16, surrogate: atan() }),
  fc2: linear({ inFeatures: 16, outFeatures: 2 }),
  out: plain(leakyIntegrator, { units: 2 }),
};

/** The network, from [T, N, 4] to [T, N, 2]. */
export const network = sequential(layers);

/** Its parameters. */
export type Params = NetworkParams<typeof layers>;

/** The logits, [N, 2]. */
export function logits(output: Tensor): Tensor {
  return mean(output, 0);
}

/** Points of a cube, [60, 4], whose class is the sign of their sum. */
export function points(): { readonly x: Tensor; readonly y: Tensor } {
  const x = uniform(key(5), [60, 4], { min: -1, max: 1 });
  return { x, y: greater(sum(x, 1), 0) };
}
