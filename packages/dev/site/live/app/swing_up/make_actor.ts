import { type ILCSan, ilcSan } from "@spikeloop/actor";
import { neighbours, noSelf } from "@spikeloop/functional";
import { cubaLif, integrateAndFire, lif, type Neuron } from "@spikeloop/neuron";
import { atan, rect, sigmoid, type Surrogate, triangle } from "@spikeloop/surrogate";
import { pendulum } from "@spikeloop/training";
import type { ConnectionName, NeuronName, Settings, SurrogateName } from "./settings.ts";

const neurons: Readonly<Record<NeuronName, Neuron>> = {
  "cuba-lif": cubaLif,
  "lif": lif,
  "if": integrateAndFire,
};

const surrogates: Readonly<Record<SurrogateName, (options: { alpha: number }) => Surrogate>> = {
  "rect": rect,
  "atan": atan,
  "sigmoid": sigmoid,
  "triangle": triangle,
};

const connections = {
  "all": undefined,
  "neighbours": { mask: neighbours(1) },
  "noSelf": { mask: noSelf },
  "none": "none",
} as const satisfies Readonly<Record<ConnectionName, unknown>>;

/** Makes the network that the settings describe. */
export function makeActor(settings: Omit<Settings, "seed" | "learningRate" | "noise">): ILCSan {
  const { timeSteps, hiddenSizes, neuron, connection, surrogate, alpha } = settings;
  const { observationSpace, actionSpace } = pendulum();
  return ilcSan({
    observationSpace,
    actionSpace,
    timeSteps,
    hiddenSizes,
    neuron: neurons[neuron],
    connection: connections[connection],
    surrogate: surrogates[surrogate]({ alpha }),
  });
}
