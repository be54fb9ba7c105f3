import {
  plain,
  type ReadOutMode,
  readOuts,
  type RowPart,
  sumOverTime,
} from "@spikeloop/functional";
import { integrator } from "@spikeloop/neuron";
import { add, mean, mul, reshape, sum, type Tensor } from "@spikeloop/tensor";
import type { DecodeMode } from "./options.ts";

/** The parameters of the decoder: P weights and a bias for every number of the action. */
export interface DecoderParams {
  /** The standard deviation of the noise on the membrane, [A]; without noise if missing. */
  readonly sigma?: Tensor;
  /** [A, 1, P]. */
  readonly weight: Tensor;
  /** [A]. */
  readonly bias: Tensor;
}

/** Computes numbers [N, A] from spikes [T, N, A · P] and noise [T, N, A]. */
export type Decoder = (params: DecoderParams, spikes: Tensor, noise?: Tensor) => Tensor;

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
  return (params, spikes, noise) => {
    const [steps, batch] = spikes.shape;
    const grouped = reshape(spikes, [steps, batch, actDim, decPopDim]);
    if (mode === "fr-mlp") return weigh(params, mean(grouped, 0));
    const clean = weigh(params, grouped);
    const { sigma } = params;
    const current = noise && sigma ? add(clean, mul(sigma, noise)) : clean;
    // The membrane after the last step is the sum of all currents.
    if (mode === "last-mem") return sumOverTime(current);
    const state = units.initialState(batch, { backend: spikes.backend });
    return readOuts[modes[mode]](units.multiStep({}, state, current)[1]);
  };
}

/** The maths of a decoder for one row. */
export function decoderParts(mode: DecodeMode, { weight, bias }: DecoderParams): RowPart[] {
  const weigh: RowPart = { kind: "groups", weight, bias };
  if (mode === "fr-mlp") return [{ kind: "readOut", mode: "mean" }, weigh];
  if (mode === "last-mem") return [weigh, { kind: "readOut", mode: "sum" }];
  const units = plain(integrator, { units: bias.size });
  return [weigh, ...units.rowParts?.({}) ?? [], { kind: "readOut", mode: modes[mode] }];
}
