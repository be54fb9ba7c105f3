import { checkOptions, describeOption, fail } from "@spikeloop/errors";
import {
  popEncoder,
  popSpikeEncoderDeterministic,
  popSpikeEncoderRandom,
  type PopulationEncoder,
} from "@spikeloop/encoding";
import { ilc, linear, plain } from "@spikeloop/functional";
import { cubaLif } from "@spikeloop/neuron";
import { type Key, split, uniform } from "@spikeloop/random";
import { type Backend, sameShape, showShape } from "@spikeloop/backend";
import { mul, tanh, Tensor } from "@spikeloop/tensor";
import { makeDecoder } from "./decoder.ts";
import { type EncodeMode, type ILCSanOptions, resolveOptions } from "./options.ts";

/**
 * The parameters of the actor, by the names in SpikingJelly's state dict: `encoder.mean`,
 * `snn.hidden_layers.Linear0.weight`, ..., `decoder.decoder.0.bias`. So the tensors of a checkpoint
 * are parameters as they are.
 */
export type ILCSanParams = Readonly<Record<string, Tensor>>;

/** The options of `apply`. */
export interface ActOptions {
  /** Draws the spikes of the encoder `"pop-ran"`; other encoders need no key. */
  readonly key?: Key;
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
   * The membrane of the output population after every step, [T, N, actDim · decPopDim]. It is not
   * differentiable.
   */
  readonly membrane: Tensor;
  /** The output of the decoder before the hyperbolic tangent, [N, actDim]. */
  readonly decoded: Tensor;
}

/** A spiking actor network. It holds no parameters and no state. */
export interface ILCSan {
  /** Its options, with the defaults filled in. */
  readonly options: Required<ILCSanOptions>;
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
   * Returns the parameters in a record, such as the tensors of a checkpoint.
   *
   * @throws {TypeError} if one is missing, has another shape, or is unknown; the message suggests
   * close names.
   */
  loadStateDict(state: Readonly<Record<string, Tensor>>): ILCSanParams;
}

/** The options of the actor that has made or checked a record of parameters. */
const owners = /* @__PURE__ */ new WeakMap<object, Required<ILCSanOptions>>();

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
export function actorOptionsOf(params: unknown): Required<ILCSanOptions> | undefined {
  return typeof params === "object" && params !== null ? owners.get(params) : undefined;
}

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
 * All neurons have the thresholds and decays of SpikingJelly's example and the surrogate `rect`.
 * Every call starts at rest.
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
export function ilcSan(options: ILCSanOptions): ILCSan {
  const o = resolveOptions(options);
  const { obsDim, actDim, encPopDim, decPopDim, hiddenSizes, timeSteps, meanRange, std } = o;
  const encoder: PopulationEncoder = makeEncoder[o.encode]({
    obsDim,
    popDim: encPopDim,
    timeSteps,
    meanRange,
    std,
  });
  const sizes = [encoder.features, ...hiddenSizes, actDim * decPopDim];
  const layers = sizes.slice(1).map((outFeatures, i) => ({
    name: `snn.hidden_layers.Linear${i}`,
    linear: linear({ inFeatures: sizes[i], outFeatures }),
  }));
  const hidden = hiddenSizes.map((units) => plain(cubaLif, { units }));
  const output = ilc(cubaLif, { actDim, decPopDim });
  const lateral = `snn.hidden_layers.ILCCUBALIFNode${hiddenSizes.length}.conn`;
  const readOut = o.decode === "fr-mlp" ? "decoder.decoder" : "decoder.decoder.0";
  const decode = makeDecoder(o.decode, actDim, decPopDim);
  const shapes: Record<string, readonly number[]> = {
    "encoder.mean": [1, obsDim, encPopDim],
    "encoder.std": [1, obsDim, encPopDim],
  };
  layers.forEach(({ name }, i) => {
    shapes[`${name}.weight`] = [sizes[i + 1], sizes[i]];
    shapes[`${name}.bias`] = [sizes[i + 1]];
  });
  shapes[`${lateral}.weight`] = [actDim * decPopDim, 1, decPopDim];
  shapes[`${lateral}.bias`] = [actDim * decPopDim];
  shapes[`${readOut}.weight`] = [actDim, 1, decPopDim];
  shapes[`${readOut}.bias`] = [actDim];
  const names = Object.keys(shapes);

  const pair = (params: ILCSanParams, name: string) => ({
    weight: params[`${name}.weight`],
    bias: params[`${name}.bias`],
  });
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
  const run = (
    params: ILCSanParams,
    obs: Tensor,
    options: ActOptions | undefined,
    withMembrane: boolean,
  ) => {
    checkParams("run ilcSan", params);
    const encoded = encoder.apply(
      { mean: params["encoder.mean"], std: params["encoder.std"] },
      obs,
      options,
    );
    const batch = encoded.shape[1];
    const placement = { backend: obs.backend };
    const spikes: Tensor[] = [];
    let x = encoded;
    hidden.forEach((population, i) => {
      const current = layers[i].linear.apply(pair(params, layers[i].name), x);
      x = population.multiStep({}, population.initialState(batch, placement), current)[1];
      spikes.push(x);
    });
    const last = layers[layers.length - 1];
    const current = last.linear.apply(pair(params, last.name), x);
    const state = output.initialState(batch, placement);
    const weights = pair(params, lateral);
    const record = withMembrane
      ? output.trace(weights, state, current, { names: ["v"] })
      : undefined;
    const outputSpikes = record?.spikes ?? output.multiStep(weights, state, current)[1];
    spikes.push(outputSpikes);
    const decoded = decode(pair(params, readOut), outputSpikes);
    return {
      encoded,
      spikes,
      decoded,
      membrane: record?.trace.v,
      action: mul(tanh(decoded), o.actLimit),
    };
  };

  return Object.freeze<ILCSan>({
    options: o,
    shapes,
    init: (key, placement = {}) => {
      const keys = split(key, layers.length + 2);
      const params: Record<string, Tensor> = {};
      const add = (name: string, values: { readonly weight: Tensor; readonly bias: Tensor }) => {
        params[`${name}.weight`] = values.weight;
        params[`${name}.bias`] = values.bias;
      };
      const { mean, std } = encoder.init(placement);
      params["encoder.mean"] = mean;
      params["encoder.std"] = std;
      layers.forEach(({ name, linear }, i) => add(name, linear.init(keys[i], placement)));
      const connection = output.init(keys[layers.length], placement);
      add(lateral, { weight: connection.weight, bias: connection.bias });
      const bound = 1 / Math.sqrt(decPopDim);
      const [weightKey, biasKey] = split(keys[layers.length + 1]);
      const range = { min: -bound, max: bound, ...placement };
      add(readOut, {
        weight: uniform(weightKey, [actDim, 1, decPopDim], range),
        bias: uniform(biasKey, [actDim], range),
      });
      owners.set(params, o);
      return params;
    },
    apply: (params, obs, options) => run(params, obs, options, false).action,
    applyWithSpikes: (params, obs, options) => {
      const { membrane, ...rest } = run(params, obs, options, true);
      return { ...rest, membrane: membrane as Tensor };
    },
    loadStateDict: (state) => {
      checkParams("load the parameters of ilcSan", state);
      const params = { ...state };
      owners.set(params, o);
      return params;
    },
  });
}
