import {
  popEncoder,
  popSpikeEncoderDeterministic,
  popSpikeEncoderRandom,
  type PopulationEncoder,
} from "@spikeloop/encoding";
import { checkOptions, fail } from "@spikeloop/errors";
import type {
  Network,
  Noise,
  Population,
  RowPart,
  RunOptions,
  TrackedNetwork,
} from "@spikeloop/functional";
import { restOf, surrogateNoise } from "@spikeloop/neuron";
import { type Key, split } from "@spikeloop/random";
import type { Tensor } from "@spikeloop/tensor";
import type { Activity, ActOptions } from "./activity.ts";
import type { ApplyActorOptions } from "./actor.ts";
import { type ActorLayers, actorLayers } from "./actor_layers.ts";
import { type ActorNoise, makeNoise, type NoiseSequences } from "./actor_noise.ts";
import { type ILCSanParams, type ParamsLayout, paramsLayout } from "./actor_params.ts";
import { type Decoder, decoderParts, makeDecoder } from "./decoder.ts";
import { type DecodeMode, type EncodeMode, noiseDefaults, type ResolvedActor } from "./options.ts";

const makeEncoder: Readonly<Record<EncodeMode, typeof popEncoder>> = {
  "pop-det": popSpikeEncoderDeterministic,
  "pop-ran": popSpikeEncoderRandom,
  "pop-raw": popEncoder,
};

/** The parts of an ILC-SAN from the encoder to the decoder, and the runs through them. */
export class IlcSanParts {
  /** The layout of the parameters, which the caller of a run has checked by it. */
  readonly layout: ParamsLayout;
  /** The body where it has batch normalizations. */
  readonly tracked: TrackedNetwork | undefined;
  /** The names of the layers that spike, in order. */
  readonly spiking: readonly string[];
  readonly #encoder: PopulationEncoder;
  readonly #quiet: ActorLayers;
  /** The layers that hear noise; undefined where the actor hears none. */
  readonly #noisy: ActorLayers | undefined;
  readonly #noise: ActorNoise | undefined;
  readonly #decodeMode: DecodeMode;
  readonly #decode: Decoder;
  readonly #membrane: string;
  readonly #firesAtRandom: boolean;

  /** Makes the parts of an actor with these options. */
  constructor({ options: o, head }: ResolvedActor) {
    const { obsDim, encPopDim, decPopDim, timeSteps, meanRange, std } = o;
    const { outputs } = head;
    this.#encoder = makeEncoder[o.encode]({ obsDim, popDim: encPopDim, timeSteps, meanRange, std });
    const { features } = this.#encoder;
    this.#quiet = actorLayers(o, features, outputs, false);
    this.#noisy = o.noise && actorLayers(o, features, outputs, true);
    const { body, linears, output, outputName, tracked } = this.#quiet;
    this.tracked = tracked;
    const hidden = Object.keys(body.layers).filter((name) => !linears.includes(name));
    this.spiking = [...hidden, outputName];
    this.layout = paramsLayout(o, head, this.#encoder, this.#quiet);
    const { sigma } = this.layout;
    this.#noise = this.#noisy && makeNoise(
      [...this.#noisy.noise, ...sigma ? [{ layer: sigma, name: "noise", units: outputs }] : []],
      timeSteps,
      o.noise?.beta ?? noiseDefaults.beta,
    );
    this.#decodeMode = o.decode;
    this.#decode = makeDecoder(o.decode, outputs, decPopDim);
    this.#membrane = variableOf(output);
    this.#firesAtRandom = output.noise.includes(surrogateNoise);
  }

  /** The coloured noise of the actor; an error where it hears none. */
  get noise(): ActorNoise {
    return this.#noise ??
      fail("run ilcSan", "it hears no noise, expected one made with { noise: { ... } }");
  }

  /** Computes the outputs of the decoder. */
  run(params: ILCSanParams, obs: Tensor, options: ActOptions | undefined): Tensor {
    const { layout } = this;
    const { encoded, body, output, ...rest } = this.#begin(params, obs, options);
    const values = layout.body(params);
    const [, current] = body.multiStep(values, rest.bodyState, encoded, rest.bodyOptions);
    const [, spikes] = output.multiStep(
      layout.output(params),
      rest.outputState,
      current,
      rest.outputOptions,
    );
    return this.#decode(layout.decoder(params), spikes, rest.decoderNoise);
  }

  /** Computes the outputs of the decoder, and the activity of every layer. */
  inspect(
    params: ILCSanParams,
    obs: Tensor,
    options: ActOptions | undefined,
  ): Omit<Activity, "action"> {
    const { layout } = this;
    const { encoded, body, output, ...rest } = this.#begin(params, obs, options);
    const values = layout.body(params);
    const { y, layers } = body.inspect(values, rest.bodyState, encoded, rest.bodyOptions);
    const { spikes, trace } = output.trace(layout.output(params), rest.outputState, y, {
      ...rest.outputOptions,
      names: [this.#membrane],
    });
    const decoded = this.#decode(layout.decoder(params), spikes, rest.decoderNoise);
    return {
      encoded,
      spikes: [...this.spiking.slice(0, -1).map((name) => layers[name]), spikes],
      membrane: trace[this.#membrane],
      decoded,
    };
  }

  /** The maths of one observation. */
  rowParts(params: ILCSanParams): readonly RowPart[] | undefined {
    const { layout } = this;
    const { body, output } = this.#quiet;
    const hidden = body.rowParts?.(layout.body(params));
    const last = output.rowParts?.(layout.output(params));
    return hidden && last && [
      ...this.#encoder.rowParts({ mean: params["encoder.mean"], std: params["encoder.std"] }),
      ...hidden,
      ...last,
      ...decoderParts(this.#decodeMode, layout.decoder(params)),
    ];
  }

  /** Batches of the encoder's output, for statistics. */
  encodeAll(
    params: ILCSanParams,
    observations: readonly Tensor[],
    options: ApplyActorOptions = {},
  ): Tensor[] {
    const keys = options.key && split(options.key, observations.length);
    return observations.map((x, i) => this.#encode(params, x, { key: keys?.[i] }));
  }

  #encode(params: ILCSanParams, obs: Tensor, options: ApplyActorOptions | undefined): Tensor {
    return this.#encoder.apply(
      { mean: params["encoder.mean"], std: params["encoder.std"] },
      obs,
      options && { key: options.key },
    );
  }

  /** The output of the encoder, the layers to run, and their first states and noise. */
  #begin(params: ILCSanParams, obs: Tensor, options: ActOptions | undefined) {
    if (options !== undefined) checkOptions("run ilcSan", options, ["key", "noise", "training"]);
    const encoded = this.#encode(params, obs, options);
    const batch = encoded.shape[1];
    const sequences = options?.noise === undefined
      ? undefined
      : this.noise.divide(options.noise, batch);
    const layers = sequences && this.#noisy ? this.#noisy : this.#quiet;
    const { body, output, outputName } = layers;
    const [bodyKey, outputKey] = options?.key && this.#firesAtRandom ? split(options.key) : [];
    const place = { backend: obs.backend };
    const { sigma } = this.layout;
    return {
      encoded,
      body,
      bodyState: body.initialState(batch, place),
      bodyOptions: runOptionsOf(
        bodyKey,
        sequences && noiseForLayers(body, sequences),
        layers.tracked && options?.training,
      ),
      output,
      outputState: output.initialState(batch, place),
      outputOptions: runOptionsOf(outputKey, sequences?.[outputName]),
      decoderNoise: sigma === undefined ? undefined : sequences?.[sigma].noise,
    };
  }
}

/** The part of the noise that the layers of a network hear. */
function noiseForLayers({ layers }: Network, noise: NoiseSequences): Noise {
  return Object.fromEntries(Object.entries(noise).filter(([name]) => name in layers));
}

/** The options of a run; undefined where there are none, which costs nothing. */
function runOptionsOf(
  key: Key | undefined,
  noise: Noise | undefined,
  training?: boolean,
): RunOptions | undefined {
  const isPlain = key === undefined && noise === undefined && !training;
  return isPlain ? undefined : { key, noise, ...training && { training } };
}

/** The variable that is shown as the membrane: v, or else the model's last one. */
function variableOf({ model, constants }: Population): string {
  const variables = Object.keys(restOf(model, constants));
  return variables.includes("v") ? "v" : variables[variables.length - 1];
}
