import { checkOptions, describeOption, fail } from "@spikeloop/errors";
import {
  popEncoder,
  popSpikeEncoderDeterministic,
  popSpikeEncoderRandom,
  type PopulationEncoder,
} from "@spikeloop/encoding";
import type { Network, Noise, Population, RunOptions, Tensors } from "@spikeloop/functional";
import { type cubaLif, restOf, surrogateNoise } from "@spikeloop/neuron";
import { type Key, split, uniform } from "@spikeloop/random";
import { type Backend, sameShape, showShape } from "@spikeloop/backend";
import { full, mul, tanh, Tensor } from "@spikeloop/tensor";
import { actorLayers } from "./actor_layers.ts";
import { type HeardNoise, makeNoise } from "./actor_noise.ts";
import { makeDecoder } from "./decoder.ts";
import {
  type ActorOptions,
  type EncodeMode,
  type ILCSanOptions,
  resolveOptions,
} from "./options.ts";

/**
 * The parameters of the actor, by the names in SpikingJelly's state dict: `encoder.mean`,
 * `snn.hidden_layers.Linear0.weight`, ..., `decoder.decoder.0.bias`. So the tensors of a checkpoint
 * are parameters as they are.
 */
export type ILCSanParams = Readonly<Record<string, Tensor>>;

/** The options of `apply`. */
export interface ActOptions {
  /**
   * Draws the spikes of the encoder `"pop-ran"`, and those of a surrogate that fires at random;
   * others need no key.
   */
  readonly key?: Key;
  /**
   * The noise that the actor hears, out of `drawNoise`: [T, total] for all rows, or [N, T, total].
   * None if missing.
   */
  readonly noise?: Tensor;
}

/** An action with the activity of every layer. */
export interface Activity {
  /** [N, actDim]. */
  readonly action: Tensor;
  /** The output of the encoder, [T, N, obsDim · encPopDim]. */
  readonly encoded: Tensor;
  /** The spikes of every hidden layer, then of the output population, [T, N, units] each. */
  readonly spikes: readonly Tensor[];
  /**
   * The membrane of the output population after every step, [T, N, actDim · decPopDim]: the
   * neuron's variable v, or its last one. It is not differentiable.
   */
  readonly membrane: Tensor;
  /** The output of the decoder before the hyperbolic tangent, [N, actDim]. */
  readonly decoded: Tensor;
}

/** A spiking actor network. It holds no parameters and no state. */
export interface ILCSan {
  /** Its options, with the defaults filled in. */
  readonly options: ActorOptions;
  /** The names and shapes of its parameters. */
  readonly shapes: Readonly<Record<string, readonly number[]>>;
  /**
   * Returns fresh parameters: linear and convolution layers as PyTorch initializes them, the
   * centres of the encoder evenly spaced.
   */
  init(key: Key, options?: { readonly backend?: Backend }): ILCSanParams;
  /**
   * Computes actions [N, actDim] from observations [N, obsDim], or from one observation [obsDim].
   *
   * @throws {TypeError} if a parameter is missing or unknown, or a shape does not fit.
   */
  apply(params: ILCSanParams, obs: Tensor, options?: ActOptions): Tensor;
  /**
   * Does the same and returns the activity of every layer, for plots and for penalties on spikes.
   */
  applyWithSpikes(params: ILCSanParams, obs: Tensor, options?: ActOptions): Activity;
  /**
   * Draws coloured noise for `count` calls of `apply`, [count, T, total]. It goes on from call to
   * call, so an episode draws once and passes `slice(noise, t, t + 1)` at step t.
   *
   * @throws {TypeError} if the actor was made without the option `noise`.
   * @throws {RangeError} if `count` is not a positive integer.
   */
  drawNoise(key: Key, count: number): Tensor;
  /**
   * Returns the parameters in a record, such as the tensors of a checkpoint.
   *
   * @throws {TypeError} if one is missing, has another shape, or is unknown; the message suggests
   * close names.
   */
  loadStateDict(state: Readonly<Record<string, Tensor>>): ILCSanParams;
}

/** The options of the actor that has made or checked a record of parameters. */
const owners = /* @__PURE__ */ new WeakMap<object, ActorOptions>();

/**
 * Returns the options of the actor that the parameters are of, if an actor has made, loaded or used
 * this record; undefined for any other value. Checkpoints store them.
 *
 * @example
 * ```ts
 * import { actorOptionsOf, ilcSan } from "@spikeloop/actor";
 * import { key } from "@spikeloop/random";
 * import { assertEquals } from "@std/assert";
 *
 * const actor = ilcSan({ obsDim: 3, actDim: 1, hiddenSizes: [16], actLimit: 2 });
 * assertEquals(actorOptionsOf(actor.init(key(0)))?.actLimit, 2);
 * ```
 */
export function actorOptionsOf(params: unknown): ActorOptions | undefined {
  return typeof params === "object" && params !== null ? owners.get(params) : undefined;
}

/** The part of SpikingJelly's names that all layers between encoder and decoder share. */
const prefix = "snn.hidden_layers.";

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
  const o = resolveOptions(options as ILCSanOptions);
  const { obsDim, actDim, encPopDim, decPopDim, timeSteps, meanRange, std } = o;
  const encoder: PopulationEncoder = makeEncoder[o.encode]({
    obsDim,
    popDim: encPopDim,
    timeSteps,
    meanRange,
    std,
  });
  const quiet = actorLayers(o, encoder.features, false);
  const hearing = o.noise && actorLayers(o, encoder.features, true);
  const membrane = variableOf(quiet.output);
  const firesAtRandom = quiet.output.noise.includes(surrogateNoise);
  const lateral = `${prefix}${quiet.outputName}.conn`;
  const readOut = o.decode === "fr-mlp" ? "decoder.decoder" : "decoder.decoder.0";
  const sigma = o.noise && o.decode !== "fr-mlp" ? "decoder.decoder.1.sigma" : undefined;
  const decode = makeDecoder(o.decode, actDim, decPopDim);
  const noise = hearing && makeNoise(
    [...hearing.noise, ...sigma ? [{ layer: sigma, name: "noise", units: actDim }] : []],
    timeSteps,
    o.noise?.beta ?? 0,
  );

  const { linears, body, output } = quiet;
  const sizes = [encoder.features, ...o.hiddenSizes, actDim * decPopDim];
  const shapes: Record<string, readonly number[]> = {
    "encoder.mean": [1, obsDim, encPopDim],
    "encoder.std": [1, obsDim, encPopDim],
  };
  linears.forEach((name, i) => {
    shapes[`${prefix}${name}.weight`] = [sizes[i + 1], sizes[i]];
    shapes[`${prefix}${name}.bias`] = [sizes[i + 1]];
  });
  const connection = o.connection === "none"
    ? []
    : o.connection?.bias === false
    ? ["weight"] as const
    : ["weight", "bias"] as const;
  const connectionShapes = { weight: [output.units, 1, decPopDim], bias: [output.units] };
  for (const name of connection) shapes[`${lateral}.${name}`] = connectionShapes[name];
  shapes[`${readOut}.weight`] = [actDim, 1, decPopDim];
  shapes[`${readOut}.bias`] = [actDim];
  if (sigma !== undefined) shapes[sigma] = [actDim];
  const names = Object.keys(shapes);

  const pair = (params: ILCSanParams, name: string) => ({
    weight: params[`${name}.weight`],
    bias: params[`${name}.bias`],
  });
  const bodyNames = Object.keys(body.layers).map((name) => ({
    name,
    weight: linears.includes(name) ? `${prefix}${name}.weight` : undefined,
    bias: `${prefix}${name}.bias`,
  }));
  const bodyParams = (params: ILCSanParams) => {
    const nested: Record<string, Tensors> = {};
    for (const { name, weight, bias } of bodyNames) {
      nested[name] = weight === undefined ? {} : { weight: params[weight], bias: params[bias] };
    }
    return nested;
  };
  const outputParams = (params: ILCSanParams) => {
    const own: Record<string, Tensor> = {};
    for (const name of connection) own[name] = params[`${lateral}.${name}`];
    return own;
  };
  const checkParams = (action: string, params: ILCSanParams) => {
    checkOptions(action, params, names, "parameter");
    for (const name of names) {
      const shape = shapes[name];
      const x: unknown = params[name];
      if (x instanceof Tensor && sameShape(x.shape, shape)) continue;
      const found = x instanceof Tensor
        ? `has shape ${showShape(x.shape)}`
        : `is ${describeOption(x)}`;
      fail(action, `parameter "${name}" ${found}, expected ${showShape(shape)}`);
    }
    owners.set(params, o);
  };

  /** The layers of a run, the noise that they hear, and the output of the encoder. */
  const begin = (params: ILCSanParams, obs: Tensor, options: ActOptions | undefined) => {
    checkParams("run ilcSan", params);
    if (options !== undefined) checkOptions("run ilcSan", options, ["key", "noise"]);
    const encoded = encoder.apply(
      { mean: params["encoder.mean"], std: params["encoder.std"] },
      obs,
      options && { key: options.key },
    );
    const heard = options?.noise && requireNoise().divide(options.noise, encoded.shape[1]);
    const layers = heard && hearing ? hearing : quiet;
    const [bodyKey, outputKey] = options?.key && firesAtRandom ? split(options.key) : [];
    return {
      encoded,
      heard,
      layers,
      bodyOptions: runOptionsOf(bodyKey, heard && inLayers(heard, layers.body)),
      outputOptions: runOptionsOf(outputKey, heard?.[layers.outputName]),
    };
  };
  const requireNoise = () =>
    noise ?? fail("run ilcSan", "it hears no noise, expected one made with { noise: { ... } }");
  const finish = (params: ILCSanParams, spikes: Tensor, heard: HeardNoise | undefined) => {
    const values = {
      ...pair(params, readOut),
      sigma: sigma === undefined ? undefined : params[sigma],
    };
    return decode(values, spikes, sigma === undefined ? undefined : heard?.[sigma].noise);
  };

  return Object.freeze<ILCSan>({
    options: o,
    shapes,
    init: (key, placement = {}) => {
      const keys = split(key, linears.length + 2);
      const params: Record<string, Tensor> = {};
      const add = (name: string, values: Tensors) => {
        for (const [key, x] of Object.entries(values)) params[`${name}.${key}`] = x;
      };
      add("encoder", encoder.init(placement));
      linears.forEach((name, i) => {
        add(`${prefix}${name}`, body.layers[name].init(keys[i], placement) as Tensors);
      });
      add(lateral, output.init(keys[linears.length], placement));
      const bound = 1 / Math.sqrt(decPopDim);
      const [weightKey, biasKey] = split(keys[linears.length + 1]);
      const range = { min: -bound, max: bound, ...placement };
      add(readOut, {
        weight: uniform(weightKey, [actDim, 1, decPopDim], range),
        bias: uniform(biasKey, [actDim], range),
      });
      if (sigma !== undefined) {
        params[sigma] = full([actDim], (o.noise?.sigmaInit ?? 0.5) / Math.sqrt(actDim), placement);
      }
      owners.set(params, o);
      return params;
    },
    apply: (params, obs, options) => {
      const run = begin(params, obs, options);
      const { encoded, heard, layers: { body, output } } = run;
      const place = { backend: obs.backend };
      const batch = encoded.shape[1];
      const [, current] = body.multiStep(
        bodyParams(params),
        body.initialState(batch, place),
        encoded,
        run.bodyOptions,
      );
      const [, spikes] = output.multiStep(
        outputParams(params),
        output.initialState(batch, place),
        current,
        run.outputOptions,
      );
      return mul(tanh(finish(params, spikes, heard)), o.actLimit);
    },
    applyWithSpikes: (params, obs, options) => {
      const run = begin(params, obs, options);
      const { encoded, heard, layers: { body, output } } = run;
      const place = { backend: obs.backend };
      const batch = encoded.shape[1];
      const { y, layers: outputs } = body.inspect(
        bodyParams(params),
        body.initialState(batch, place),
        encoded,
        run.bodyOptions,
      );
      const { spikes, trace } = output.trace(
        outputParams(params),
        output.initialState(batch, place),
        y,
        { ...run.outputOptions, names: [membrane] },
      );
      const decoded = finish(params, spikes, heard);
      const hidden = Object.keys(body.layers).filter((name) => !linears.includes(name));
      return {
        encoded,
        spikes: [...hidden.map((name) => outputs[name]), spikes],
        membrane: trace[membrane],
        decoded,
        action: mul(tanh(decoded), o.actLimit),
      };
    },
    drawNoise: (key, count) => requireNoise().draw(key, count),
    loadStateDict: (state) => {
      checkParams("load the parameters of ilcSan", state);
      const params = { ...state };
      owners.set(params, o);
      return params;
    },
  });
}

/** The part of the noise that the layers of a network hear. */
function inLayers(heard: HeardNoise, { layers }: Network): HeardNoise {
  return Object.fromEntries(Object.entries(heard).filter(([name]) => name in layers));
}

/** The options of a run; undefined where there are none, which costs nothing. */
function runOptionsOf(key: Key | undefined, noise: Noise | undefined): RunOptions | undefined {
  return key === undefined && noise === undefined ? undefined : { key, noise };
}

/** The variable that is shown as the membrane: v, or else the model's last one. */
function variableOf({ model, constants }: Population): string {
  const variables = Object.keys(restOf(model, constants));
  return variables.includes("v") ? "v" : variables[variables.length - 1];
}
