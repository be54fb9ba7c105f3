import { plain, type ReadOutMode, readOuts, sumOverTime } from "@spikeloop/functional";
import { integrator } from "@spikeloop/neuron";
import { add, mean, mul, reshape, sum, type Tensor } from "@spikeloop/tensor";
import type { DecodeMode } from "./options.ts";

/** The parameters of the decoder: P weights and a bias for every number of the action. */
export interface DecoderParams {
  /** [A, 1, P]. */
  readonly weight: Tensor;
  /** [A]. */
  readonly bias: Tensor;
}

/** Computes numbers [N, A] from spikes [T, N, A · P]. */
export type Decoder = (params: DecoderParams, spikes: Tensor) => Tensor;

/** The decodings that need the membrane after every step, [T, N, A]. */
const modes: Readonly<Record<Exclude<DecodeMode, "last-mem" | "fr-mlp">, ReadOutMode>> = {
  "max-mem": "max",
  "max-abs-mem": "maxAbs",
  "mean-mem": "mean",
};

/** Makes the decoder of `actDim` groups of `decPopDim` units. */
export function makeDecoder(mode: DecodeMode, actDim: number, decPopDim: number): Decoder {
  const units = plain(integrator, { units: actDim });
  // One product per group: its P spikes with its P weights.
  const weigh = ({ weight, bias }: DecoderParams, x: Tensor) =>
    add(sum(mul(x, reshape(weight, [actDim, decPopDim])), -1), bias);
  return (params, spikes) => {
    const [steps, batch] = spikes.shape;
    const grouped = reshape(spikes, [steps, batch, actDim, decPopDim]);
    if (mode === "fr-mlp") return weigh(params, mean(grouped, 0));
    const current = weigh(params, grouped);
    // The membrane after the last step is the sum of all currents.
    if (mode === "last-mem") return sumOverTime(current);
    const state = units.initialState(batch, { backend: spikes.backend });
    return readOuts[modes[mode]](units.multiStep({}, state, current)[1]);
  };
}
