import {
  batchNorm,
  ilc,
  type Layer,
  linear,
  type Network,
  plain,
  type Population,
  sequential,
  trackBatchNorm,
  type TrackedNetwork,
} from "@spikeloop/functional";
import { cubaLif, type Neuron, noisy } from "@spikeloop/neuron";
import type { NoisePart } from "./actor_noise.ts";
import { type ActorOptions, noiseDefaults } from "./options.ts";

/** The layers between encoder and decoder, by SpikingJelly's names. */
export interface ActorLayers {
  /** Linear layers and hidden populations in turn; it ends with a linear layer. */
  readonly body: Network;
  /** The body where it has batch normalizations. */
  readonly tracked: TrackedNetwork | undefined;
  /** The names of the linear layers in the body, in order. */
  readonly linears: readonly string[];
  /** The name of the output population. */
  readonly outputName: string;
  /** The output population. */
  readonly output: Population;
  /** The noise of the populations. */
  readonly noise: readonly NoisePart[];
}

/** The classes of SpikingJelly's nodes, by neuron. */
const nodes: Readonly<Record<string, string>> = {
  "cuba-lif": "CUBALIFNode",
  "lif": "LIFNode",
  "if": "IFNode",
};

/**
 * Makes the layers of an actor. Layers with noise have the same params as those without.
 *
 * @param features The size of the encoder's output.
 * @param outputs How many numbers the decoder computes.
 * @param isNoisy Whether populations read noise.
 */
export function actorLayers(
  o: ActorOptions,
  features: number,
  outputs: number,
  isNoisy: boolean,
): ActorLayers {
  const { decPopDim, hiddenSizes, surrogate, connection } = o;
  const neuron: Neuron = o.neuron ?? cubaLif;
  const model: Neuron = isNoisy ? noisy(neuron) : neuron;
  const { sigmaInit = noiseDefaults.sigmaInit } = o.noise ?? {};
  const node = nodes[neuron.name] ?? "Node";
  const optionsOf = (units: number) => {
    const sigma = sigmaInit / Math.sqrt(units);
    const scales = isNoisy ? { sigmaV: sigma, sigmaS: sigma } : {};
    return { surrogate, params: { ...o.params, ...scales } };
  };

  const layers: Record<string, Layer> = {};
  const linears: string[] = [];
  const noise: NoisePart[] = [];
  const addNoise = (layer: string, units: number) => {
    for (const name of ["noiseV", "noiseS"]) noise.push({ layer, name, units });
  };
  let inFeatures = features;
  const addLinear = (outFeatures: number) => {
    const name = `Linear${linears.length}`;
    layers[name] = linear({ inFeatures, outFeatures });
    if (o.batchNorm) {
      // So most units begin between rest and threshold.
      const { vThreshold = 1 } = { ...neuron.params, ...o.params };
      const half = typeof vThreshold === "number" ? vThreshold / 2 : 0.5;
      const options = { features: outFeatures, weight: half, bias: half };
      layers[`Norm${linears.length}`] = batchNorm(options);
    }
    linears.push(name);
    inFeatures = outFeatures;
  };
  hiddenSizes.forEach((units, i) => {
    addLinear(units);
    layers[`${node}${i}`] = plain(model, { units, ...optionsOf(units) });
    addNoise(`${node}${i}`, units);
  });
  const units = outputs * decPopDim;
  addLinear(units);
  const outputName = `${connection === "none" ? "" : "ILC"}${node}${hiddenSizes.length}`;
  addNoise(outputName, units);
  const output: Population = connection === "none"
    ? plain(model, { units, ...optionsOf(units) })
    : ilc(model, { actDim: outputs, decPopDim, connection, ...optionsOf(units) });
  const body = sequential(layers);
  const tracked = o.batchNorm ? trackBatchNorm(body) : undefined;
  return { body: tracked ?? body, tracked, linears, outputName, output, noise };
}
