import {
  popEncoder,
  popSpikeEncoderDeterministic,
  popSpikeEncoderRandom,
  type PopulationEncoder,
} from "@spikeloop/encoding";
import { checkOptions, fail } from "@spikeloop/errors";
import type { Network, Noise, Population, RowPart, RunOptions } from "@spikeloop/functional";
import { type cubaLif, restOf, surrogateNoise } from "@spikeloop/neuron";
import { type Key, split } from "@spikeloop/random";
import type { Tensor } from "@spikeloop/tensor";
import type { ActOptions } from "./activity.ts";
import type { ApplyActorOptions } from "./actor.ts";
import { claim, type ILCSan } from "./actor_of.ts";
import { actorLayers } from "./actor_layers.ts";
import { makeNoise, type NoiseSequences } from "./actor_noise.ts";
import { type ILCSanParams, paramsLayout } from "./actor_params.ts";
import { checkParamsReadable, makeBoundActor, outputsByTensors } from "./bind_actor.ts";
import { builtIn } from "./built_in_actors.ts";
import { decoderParts, makeDecoder } from "./decoder.ts";
import { rowPlan } from "./plan/row_plan.ts";
import {
  type EncodeMode,
  type ILCSanOptions,
  noiseDefaults,
  plainOptions,
  resolveActorOptions,
} from "./options.ts";

const makeEncoder: Readonly<Record<EncodeMode, typeof popEncoder>> = {
  "pop-det": popSpikeEncoderDeterministic,
  "pop-ran": popSpikeEncoderRandom,
  "pop-raw": popEncoder,
};

/**
 * Makes a spiking actor network with intra-layer connections (ILC-SAN):
 *
 *     population encoder → [linear → CUBA-LIF] per hidden layer → linear → ILC CUBA-LIF → decoder
 *       → actLimit · tanh
 *
 * Unless the options say otherwise, all neurons have the thresholds and decays of SpikingJelly's
 * example and the surrogate `rect`. Every call starts at rest.
 *
 * With the option `noise`, actions explore by coloured noise, as those of SpikingJelly's NoisySAN:
 * on the input and the output of every population, and on the membrane of the decoder, where the
 * parameter sigma scales it. An actor hears the noise that a call passes to it.
 *
 * Source: Chen, Peng, Huang and Tian, "Fully Spiking Actor Network with Intralayer Connections for
 * Reinforcement Learning", IEEE TNNLS 2024; SpikingJelly's examples/ILC-SAN.
 *
 * @throws {TypeError} if an option is unknown, missing or of the wrong kind.
 * @throws {RangeError} if an option is out of range.
 *
 * @example
 * ```ts
 * import { ilcSan } from "@spikeloop/actor";
 * import { key } from "@spikeloop/random";
 * import { tensor } from "@spikeloop/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const actor = ilcSan({ obsDim: 3, actDim: 1, hiddenSizes: [16], actLimit: 2 });
 * const action = actor.apply(actor.init(key(0)), tensor([[0.1, 0.9, -2]]));
 * assertEquals(action.shape, [1, 1]);
 * ```
 */
export function ilcSan<P extends string = keyof typeof cubaLif.params>(
  options: ILCSanOptions<P>,
): ILCSan {
  const { options: o, observationSpace, head } = resolveActorOptions(options as ILCSanOptions);
  const { obsDim, encPopDim, decPopDim, timeSteps, meanRange, std } = o;
  const { outputs } = head;
  const encoder: PopulationEncoder = makeEncoder[o.encode]({
    obsDim,
    popDim: encPopDim,
    timeSteps,
    meanRange,
    std,
  });
  const quietLayers = actorLayers(o, encoder.features, outputs, false);
  const noisyLayers = o.noise && actorLayers(o, encoder.features, outputs, true);
  const layout = paramsLayout(o, head, encoder, quietLayers);
  const { sigma } = layout;
  const decode = makeDecoder(o.decode, outputs, decPopDim);
  const noise = noisyLayers && makeNoise(
    [...noisyLayers.noise, ...sigma ? [{ layer: sigma, name: "noise", units: outputs }] : []],
    timeSteps,
    o.noise?.beta ?? noiseDefaults.beta,
  );
  const names = [
    ...Object.keys(quietLayers.body.layers).filter((name) => !quietLayers.linears.includes(name)),
    quietLayers.outputName,
  ];
  const membrane = variableOf(quietLayers.output);
  const firesAtRandom = quietLayers.output.noise.includes(surrogateNoise);

  const requireNoise = () =>
    noise ?? fail("run ilcSan", "it hears no noise, expected one made with { noise: { ... } }");

  const encode = (params: ILCSanParams, obs: Tensor, options: ApplyActorOptions | undefined) =>
    encoder.apply(
      { mean: params["encoder.mean"], std: params["encoder.std"] },
      obs,
      options && { key: options.key },
    );

  /** Checks a call, and returns the output of the encoder, the layers to run and their noise. */
  const begin = (params: ILCSanParams, obs: Tensor, options: ActOptions | undefined) => {
    layout.check("run ilcSan", params);
    claim(params, actor);
    if (options !== undefined) checkOptions("run ilcSan", options, ["key", "noise", "training"]);
    const encoded = encode(params, obs, options);
    const sequences = options?.noise === undefined
      ? undefined
      : requireNoise().divide(options.noise, encoded.shape[1]);
    const layers = sequences && noisyLayers ? noisyLayers : quietLayers;
    const { body, output, outputName } = layers;
    const [bodyKey, outputKey] = options?.key && firesAtRandom ? split(options.key) : [];
    const place = { backend: obs.backend };
    return {
      encoded,
      body,
      bodyState: body.initialState(encoded.shape[1], place),
      bodyOptions: runOptionsOf(
        bodyKey,
        sequences && noiseForLayers(body, sequences),
        layers.tracked && options?.training,
      ),
      output,
      outputState: output.initialState(encoded.shape[1], place),
      outputOptions: runOptionsOf(outputKey, sequences?.[outputName]),
      decoderNoise: sigma === undefined ? undefined : sequences?.[sigma].noise,
    };
  };

  /** Computes the outputs of the decoder. */
  const run = (params: ILCSanParams, obs: Tensor, options: ActOptions | undefined) => {
    const { encoded, body, output, ...rest } = begin(params, obs, options);
    const values = layout.body(params);
    const [, current] = body.multiStep(values, rest.bodyState, encoded, rest.bodyOptions);
    const [, spikes] = output.multiStep(
      layout.output(params),
      rest.outputState,
      current,
      rest.outputOptions,
    );
    return decode(layout.decoder(params), spikes, rest.decoderNoise);
  };

  const { body, output, tracked } = quietLayers;
  const plan = rowPlan(obsDim, head, timeSteps);
  /** The maths of one observation. */
  const rowParts = (params: ILCSanParams): readonly RowPart[] | undefined => {
    const hidden = body.rowParts?.(layout.body(params));
    const last = output.rowParts?.(layout.output(params));
    return hidden && last && [
      ...encoder.rowParts({ mean: params["encoder.mean"], std: params["encoder.std"] }),
      ...hidden,
      ...last,
      ...decoderParts(o.decode, layout.decoder(params)),
    ];
  };

  const fold = (params: ILCSanParams): ILCSanParams =>
    tracked ? layout.withBody(params, tracked.fold(layout.body(params))) : params;
  /** Batches of the encoder's output, for statistics. */
  const encodeAll = (
    params: ILCSanParams,
    observations: readonly Tensor[],
    options: ApplyActorOptions = {},
  ) => {
    layout.check("follow statistics", params);
    const keys = options.key && split(options.key, observations.length);
    return observations.map((x, i) => encode(params, x, { key: keys?.[i] }));
  };

  const actor: ILCSan = Object.freeze<ILCSan>({
    kind: "ilc-san",
    options: o,
    observationSpace,
    actionSpace: head.space,
    head,
    shapes: layout.shapes,
    init: (key, placement = {}) => claim(layout.init(key, placement), actor),
    apply: (params, obs, options) => head.action(run(params, obs, options)),
    ...head.isStochastic && {
      distribution: (params, obs, options) => head.distribution(run(params, obs, options), params),
    },
    spikes: (params, obs, options) => {
      const { encoded, spikes } = actor.applyWithSpikes(params, obs, options);
      return { encoder: encoded, ...Object.fromEntries(spikes.map((x, i) => [names[i], x])) };
    },
    bind: (params) => {
      layout.check("bind ilcSan", params);
      checkParamsReadable("bind ilcSan", params);
      claim(params, actor);
      const one = plan(rowParts(params)) ??
        outputsByTensors(obsDim, (x, key) => run(params, x, key && { key }));
      return makeBoundActor(obsDim, head, params, one);
    },
    applyWithSpikes: (params, obs, options) => {
      const { encoded, body, output, ...rest } = begin(params, obs, options);
      const values = layout.body(params);
      const { y, layers } = body.inspect(values, rest.bodyState, encoded, rest.bodyOptions);
      const { spikes, trace } = output.trace(layout.output(params), rest.outputState, y, {
        ...rest.outputOptions,
        names: [membrane],
      });
      const decoded = decode(layout.decoder(params), spikes, rest.decoderNoise);
      return {
        encoded,
        spikes: [...names.slice(0, -1).map((name) => layers[name]), spikes],
        membrane: trace[membrane],
        decoded,
        action: head.action(decoded),
      };
    },
    ...tracked && {
      calibrate: (params, observations, options) => {
        const batches = encodeAll(params, observations, options);
        return claim(
          layout.withBody(params, tracked.calibrate(layout.body(params), batches)),
          actor,
        );
      },
      track: (params, observation, options) => {
        const [batch] = encodeAll(params, [observation], options);
        return claim(layout.withBody(params, tracked.track(layout.body(params), batch)), actor);
      },
    },
    fold: (params) => {
      layout.check("fold the parameters of ilcSan", params);
      return fold(params);
    },
    drawNoise: (key, count) => requireNoise().draw(key, count),
    loadStateDict: (state) => {
      layout.check("load the parameters of ilcSan", state);
      return claim({ ...state }, actor);
    },
    toJSON: () => ({ kind: "ilc-san", ...plainOptions(o) }),
  });
  return builtIn(actor);
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
