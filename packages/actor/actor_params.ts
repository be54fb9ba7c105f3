import type { PopulationEncoder } from "@spikeloop/encoding";
import type { Placement, Tensors } from "@spikeloop/functional";
import { type Key, split, uniform } from "@spikeloop/random";
import { full, type Tensor, type Tree } from "@spikeloop/tensor";
import { type ActionHead, headParams, headShapes } from "./action_head.ts";
import type { ActorLayers } from "./actor_layers.ts";
import type { DecoderParams } from "./decoder.ts";
import { checkParams } from "./flat_params.ts";
import { type ActorOptions, noiseDefaults } from "./options.ts";

/**
 * The parameters of the actor, by the names in SpikingJelly's state dict: `encoder.mean`,
 * `snn.hidden_layers.Linear0.weight`, ..., `decoder.decoder.0.bias`. So the tensors of a checkpoint
 * are parameters as they are.
 */
export type ILCSanParams = Readonly<Record<string, Tensor>>;

/** The part of SpikingJelly's names that all layers between encoder and decoder share. */
const prefix = "snn.hidden_layers.";

/** The names and shapes of an actor's parameters, and the parts that its layers take. */
export interface ParamsLayout {
  readonly shapes: Readonly<Record<string, readonly number[]>>;
  /** The name of the decoder's scales of noise; undefined if it has none. */
  readonly sigma: string | undefined;
  /** The beginnings of the names of the parameters, layer by layer. */
  readonly names: {
    readonly linears: readonly string[];
    readonly lateral: string;
    readonly readOut: string;
  };
  /** Draws parameters. */
  init(key: Key, placement: Placement): ILCSanParams;
  /**
   * Checks a record of parameters.
   *
   * @throws {TypeError} if one is missing, unknown or of another shape.
   */
  check(action: string, params: ILCSanParams): void;
  /** Returns the params of the body. */
  body(params: ILCSanParams): Readonly<Record<string, Tensors>>;
  /** Returns the parameters with other params of the body. */
  withBody(params: ILCSanParams, body: Readonly<Record<string, Tree>>): ILCSanParams;
  /** Returns the params of the output population. */
  output(params: ILCSanParams): Tensors;
  /** Returns the params of the decoder. */
  decoder(params: ILCSanParams): DecoderParams;
}

/** Makes the layout of the parameters of an actor with these parts. */
export function paramsLayout(
  o: ActorOptions,
  head: ActionHead,
  encoder: PopulationEncoder,
  { linears, body, tracked, output, outputName }: ActorLayers,
): ParamsLayout {
  const { obsDim, encPopDim, decPopDim } = o;
  const { outputs } = head;
  const lateral = `${prefix}${outputName}.conn`;
  const readOut = o.decode === "fr-mlp" ? "decoder.decoder" : "decoder.decoder.0";
  const sigma = o.noise && o.decode !== "fr-mlp" ? "decoder.decoder.1.sigma" : undefined;
  const lateralNames = o.connection === "none"
    ? []
    : o.connection?.bias === false
    ? ["weight"] as const
    : ["weight", "bias"] as const;
  const lateralShapes = { weight: [output.units, 1, decPopDim], bias: [output.units] };
  const sizes = [encoder.features, ...o.hiddenSizes, output.units];

  const shapes: Record<string, readonly number[]> = {
    "encoder.mean": [1, obsDim, encPopDim],
    "encoder.std": [1, obsDim, encPopDim],
  };
  const norms = tracked?.initNorms() ?? {};
  linears.forEach((name, i) => {
    shapes[`${prefix}${name}.weight`] = [sizes[i + 1], sizes[i]];
    shapes[`${prefix}${name}.bias`] = [sizes[i + 1]];
    const norm = tracked?.norms[i];
    for (const part of norm === undefined ? [] : Object.keys(norms[norm])) {
      shapes[`${prefix}${norm}.${part}`] = [sizes[i + 1]];
    }
  });
  // Names are put together once: to do it in every call would cost as much as a small kernel.
  const outputNames = lateralNames.map((name) => ({ name, source: `${lateral}.${name}` }));
  const [readOutWeight, readOutBias] = [`${readOut}.weight`, `${readOut}.bias`];
  for (const { name, source } of outputNames) shapes[source] = lateralShapes[name];
  shapes[readOutWeight] = [outputs, 1, decPopDim];
  shapes[readOutBias] = [outputs];
  if (sigma !== undefined) shapes[sigma] = [outputs];
  Object.assign(shapes, headShapes(head));

  const names = Object.keys(shapes);
  const bodyNames = [...Object.keys(body.layers), ...Object.keys(norms)].map((name) => {
    const parts = linears.includes(name) ? ["weight", "bias"] : Object.keys(norms[name] ?? {});
    return { name, parts: parts.map((part) => [part, `${prefix}${name}.${part}`] as const) };
  });

  return {
    shapes,
    sigma,
    names: { linears: linears.map((name) => `${prefix}${name}`), lateral, readOut },
    init: (key, placement) => {
      const keys = split(key, linears.length + 2);
      const params: Record<string, Tensor> = {};
      const add = (layer: string, values: Tensors) => {
        for (const [name, x] of Object.entries(values)) params[`${layer}.${name}`] = x;
      };
      add("encoder", encoder.init(placement));
      linears.forEach((name, i) => {
        add(`${prefix}${name}`, body.layers[name].init(keys[i], placement) as Tensors);
      });
      for (const [name, own] of Object.entries(tracked?.initNorms(placement) ?? {})) {
        add(`${prefix}${name}`, own);
      }
      add(lateral, output.init(keys[linears.length], placement));
      const bound = 1 / Math.sqrt(decPopDim);
      const [weightKey, biasKey] = split(keys[linears.length + 1]);
      const range = { min: -bound, max: bound, ...placement };
      add(readOut, {
        weight: uniform(weightKey, [outputs, 1, decPopDim], range),
        bias: uniform(biasKey, [outputs], range),
      });
      if (sigma !== undefined) {
        const { sigmaInit = noiseDefaults.sigmaInit } = o.noise ?? {};
        params[sigma] = full([outputs], sigmaInit / Math.sqrt(outputs), placement);
      }
      return { ...params, ...headParams(head, placement) };
    },
    check: (action, params) => checkParams(action, params, shapes, names),
    body: (params) => {
      const nested: Record<string, Tensors> = {};
      for (const { name, parts } of bodyNames) {
        const own: Record<string, Tensor> = nested[name] = {};
        for (const [part, source] of parts) own[part] = params[source];
      }
      return nested;
    },
    withBody: (params, body) => {
      const flat: Record<string, Tensor> = { ...params };
      for (const { name, parts } of bodyNames) {
        const own = body[name] as Tensors | undefined;
        for (const [part, source] of parts) {
          if (own === undefined) delete flat[source];
          else flat[source] = own[part];
        }
      }
      return flat;
    },
    output: (params) => {
      const own: Record<string, Tensor> = {};
      for (const { name, source } of outputNames) own[name] = params[source];
      return own;
    },
    decoder: (params) => ({
      weight: params[readOutWeight],
      bias: params[readOutBias],
      sigma: sigma === undefined ? undefined : params[sigma],
    }),
  };
}
