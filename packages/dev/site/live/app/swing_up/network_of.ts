import type { ILCSan } from "@spikeloop/actor";
import { cubaLif } from "@spikeloop/neuron";
import type { SeatedNetwork } from "./stage_messages.ts";

/** The sizes of a network that its pictures need. */
export function networkOf({ options }: ILCSan): SeatedNetwork {
  const { obsDim, actDim, encPopDim, decPopDim, hiddenSizes, timeSteps } = options;
  const { neuron = cubaLif, params } = options;
  return {
    units: [obsDim * encPopDim, ...hiddenSizes, actDim * decPopDim],
    timeSteps,
    threshold: Number(params?.vThreshold ?? neuron.params.vThreshold ?? NaN),
  };
}
