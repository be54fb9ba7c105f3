// The populations of the suites.
import { add, detach, mul, sub } from "@spikeloop/expr";
import { cubaLif, defineNeuron, integrateAndFire, lif, type Neuron } from "@spikeloop/neuron";
import { atan, multiLevelSpikeCount, rect, sigmoid } from "@spikeloop/surrogate";
import { dense, ilc, neighbours, plain, type Population, type PopulationOptions } from "../mod.ts";

/** A neuron as a user writes it. */
export const adaptiveLif: Neuron = defineNeuron({
  name: "adaptive-lif",
  rest: { v: 0, a: 0 },
  params: { vDecay: 0.8, aDecay: 0.95, beta: 0.3, vThreshold: 0.5 },
  charge: ({ v, a }, x, p) => ({ v: add(mul(v, p.vDecay), x), a: mul(a, p.aDecay) }),
  fire: ({ v, a }, p) => sub(v, add(p.vThreshold, mul(p.beta, a))), // spikes where >= 0
  reset: ({ v, a }, spike, p) => ({
    v: sub(v, mul(detach(spike), p.vThreshold)),
    a: add(a, spike),
  }),
});

/** A population with a name for the title of a test. */
export interface Case {
  readonly title: string;
  readonly population: Population;
}

const models: Readonly<Record<string, (more: PopulationOptions) => [Neuron, PopulationOptions]>> = {
  "IF": (more) => [integrateAndFire, { params: { vThreshold: 0.7 }, ...more }],
  "LIF with soft reset": (more) => [lif, { params: { vThreshold: 0.6, vReset: null }, ...more }],
  "CUBA-LIF": (more) => [cubaLif, { params: { vReset: 0.1 }, ...more }],
  "CUBA-LIF, detached": (more) => [cubaLif, { detachReset: true, ...more }],
  "a user's neuron": (more) => [adaptiveLif, more],
};

const wirings: Readonly<Record<string, (m: Neuron, options: PopulationOptions) => Population>> = {
  ilc: (m, options) => ilc(m, { actDim: 2, decPopDim: 5, ...options }),
  plain: (m, options) => plain(m, { units: 7, ...options }),
  dense: (m, options) => dense(m, { units: 6, ...options }),
  "ilc with a delay": (m, options) =>
    ilc(m, { actDim: 2, decPopDim: 5, connection: { delay: 3 }, ...options }),
  "ilc of inhibitory neighbours": (m, options) => {
    const connection = { mask: neighbours(1), sign: "inhibitory", bias: false, delay: 9 } as const;
    return ilc(m, { actDim: 2, decPopDim: 4, connection, ...options });
  },
};

/** Without signs: |weight| has a kink at 0, where differences are no gradients. */
const smoothWirings = Object.entries(wirings).filter(([name]) => !name.includes("inhibitory"));

const surrogates: Readonly<Record<string, PopulationOptions["surrogate"]>> = {
  rect: rect(),
  atan: atan(),
  "counts": multiLevelSpikeCount({ maxSpikeCount: 3 }),
  "a smooth forward pass": sigmoid({ spiking: false }),
};

/** Returns the names of all parameters that can be learned. */
function learnable([model, options]: [Neuron, PopulationOptions]): string[] {
  const constants = { ...model.params, ...options.params };
  return Object.keys(constants).filter((k) => constants[k] !== null);
}

/**
 * Returns every model in every wiring with every surrogate. Every second case learns all
 * parameters.
 */
export function allCases(): Case[] {
  return Object.entries(models).flatMap(([modelName, make], i) =>
    Object.entries(wirings).flatMap(([wiringName, wire], j) =>
      Object.entries(surrogates).map(([surrogateName, surrogate], k) => {
        const choice = make({ surrogate });
        const learn = (i + j + k) % 2 === 0 ? learnable(choice) : [];
        return {
          title: `${modelName}, ${wiringName}, ${surrogateName}${learn.length ? ", learned" : ""}`,
          population: wire(choice[0], { ...choice[1], learn }),
        };
      })
    )
  );
}

/**
 * Returns every model in every wiring with a smooth surrogate and all parameters learned, for
 * finite differences.
 */
export function smoothCases(): Case[] {
  const surrogate = sigmoid({ spiking: false });
  return Object.entries(models)
    .filter(([name]) => name !== "CUBA-LIF, detached" && name !== "a user's neuron")
    .flatMap(([name, make]) =>
      smoothWirings.map(([wiringName, wire]) => {
        const choice = make({ surrogate });
        return {
          title: `${name}, ${wiringName}`,
          population: wire(choice[0], { ...choice[1], learn: learnable(choice) }),
        };
      })
    );
}
