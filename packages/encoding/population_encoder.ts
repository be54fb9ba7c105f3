import { checkOptions, describe, describeOption } from "@spikeloop/errors";
import * as e from "@spikeloop/expr";
import { plain } from "@spikeloop/functional";
import { integrateAndFire } from "@spikeloop/neuron";
import { type Key, uniform } from "@spikeloop/random";
import { deterministicPass } from "@spikeloop/surrogate";
import { type Backend, sameShape, showShape } from "@spikeloop/backend";
import { broadcastTo, elementwise, reshape, Tensor, tensor } from "@spikeloop/tensor";
import { readOptions } from "./check.ts";
import { linspace } from "./linspace.ts";

/** What the population encoders take. */
export interface PopulationEncoderOptions {
  /** How many numbers an observation has. */
  readonly obsDim: number;
  /** P, the units per number. */
  readonly popDim: number;
  /** T, the time steps. */
  readonly timeSteps: number;
  /** Where the centres of the units lie at first, evenly spaced, ends included; [-3, 3] if missing. */
  readonly meanRange?: readonly [number, number];
  /** The width of the units at first; √0.15 if missing. */
  readonly std?: number;
}

/** What a population encoder learns; both [1, obsDim, popDim]. */
export type PopulationEncoderParams = {
  /** The centres. */
  readonly mean: Tensor;
  /** The widths; their sign does not matter. */
  readonly std: Tensor;
};

/** What `apply` may take besides. */
export interface EncodeOptions {
  /** Draws the spikes of the random encoder; the others need none. */
  readonly key?: Key;
}

/** Turns observations into activity of a population of units, step by step; it holds no state and no parameters. */
export interface PopulationEncoder {
  /** F = obsDim · popDim. */
  readonly features: number;
  /** T. */
  readonly timeSteps: number;
  /** Evenly spaced centres, and one width. */
  init(options?: { readonly backend?: Backend }): PopulationEncoderParams;
  /**
   * Observations [N, obsDim], or one of [obsDim], to activity [T, N, F].
   *
   * @throws {TypeError} if a shape does not fit, or the random encoder gets no key.
   */
  apply(params: PopulationEncoderParams, obs: Tensor, options?: EncodeOptions): Tensor;
}

const gaussian = /* @__PURE__ */ elementwise("population activity", 3, (obs, mean, std) => {
  const z = e.div(e.sub(obs, mean), std);
  return e.exp(e.mul(-0.5, e.mul(z, z)));
});

/** From the activity p [N, F] to what the units send in T steps, [T, N, F]. */
type Firing = (activity: Tensor, timeSteps: number, options: EncodeOptions) => Tensor;

function makeEncoder(
  name: string,
  options: PopulationEncoderOptions,
  firing: Firing,
): PopulationEncoder {
  const { obsDim, popDim, timeSteps, meanRange, std } = readOptions(name, options);
  const shape = [1, obsDim, popDim];
  const features = obsDim * popDim;
  return Object.freeze<PopulationEncoder>({
    features,
    timeSteps,
    init: (placement) => {
      const centres = linspace(meanRange[0], meanRange[1], popDim);
      const mean = Float32Array.from({ length: features }, (_, i) => centres[i % popDim]);
      return {
        mean: tensor(mean, shape, placement),
        std: tensor(new Float32Array(features).fill(std), shape, placement),
      };
    },
    apply: (params, obs, encodeOptions = {}) => {
      checkOptions(`run ${name}`, encodeOptions, ["key"]);
      if (
        !(obs instanceof Tensor) || obs.shape.length < 1 || obs.shape.length > 2 ||
        obs.shape.at(-1) !== obsDim
      ) {
        const given = obs instanceof Tensor ? showShape(obs.shape) : describe(obs);
        throw new TypeError(
          `Cannot run ${name}: the observation is ${given}, expected [N, ${obsDim}] or [${obsDim}]`,
        );
      }
      const { mean, std } = params ?? {};
      for (const [key, x] of Object.entries({ mean, std })) {
        if (!(x instanceof Tensor) || !sameShape(x.shape, shape)) {
          const given = x instanceof Tensor ? showShape(x.shape) : describeOption(x);
          throw new TypeError(
            `Cannot run ${name}: ${key} is ${given}, expected ${showShape(shape)}`,
          );
        }
      }
      const batch = obs.size / obsDim;
      const activity = gaussian(reshape(obs, [batch, obsDim, 1]), mean, std);
      return firing(reshape(activity, [batch, features]), timeSteps, encodeOptions);
    },
  });
}

const repeat: Firing = (activity, timeSteps) =>
  broadcastTo(activity, [timeSteps, ...activity.shape]);

/**
 * The activity itself, the same at every step:
 *
 *     p = exp(-½ ((obs - mean) / std)²)
 *
 * Real numbers in [0, 1]; the reference's "pop-raw".
 *
 * @throws {TypeError} if an option is unknown or missing. @throws {RangeError} if one is out of range.
 *
 * @example
 * ```ts
 * import { popEncoder } from "@spikeloop/encoding";
 * import { tensor } from "@spikeloop/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const encoder = popEncoder({ obsDim: 2, popDim: 5, timeSteps: 3 });
 * const activity = encoder.apply(encoder.init(), tensor([[0, -3]]));
 * assertEquals(activity.shape, [3, 1, 10]);
 * assertEquals(activity.dataSync()[2], 1); // the middle unit is centred at 0
 * ```
 */
export function popEncoder(options: PopulationEncoderOptions): PopulationEncoder {
  return makeEncoder("popEncoder", options, repeat);
}

/**
 * Spikes of integrate-and-fire units that the activity p drives:
 *
 *     u = v + p,   spike where u >= 0.999,   v = u - 0.999 · spike
 *
 * from v = 0. Gradients go straight through the spike and not through the reset, so that dL/dp = Σₜ t · gₜ for
 * t = 1 ... T.
 *
 * The reference's "pop-det", with two differences: there v outlives the call until `reset_net`, so that calls depend on
 * each other, and nothing is learned after `eval()`. Here every call starts at v = 0 and has gradients.
 *
 * @throws {TypeError} if an option is unknown or missing. @throws {RangeError} if one is out of range.
 *
 * @example
 * ```ts
 * import { popSpikeEncoderDeterministic } from "@spikeloop/encoding";
 * import { tensor } from "@spikeloop/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const encoder = popSpikeEncoderDeterministic({ obsDim: 1, popDim: 3, timeSteps: 2, std: 1 });
 * const spikes = encoder.apply(encoder.init(), tensor([[0]])); // centres at -3, 0 and 3
 * assertEquals([...spikes.dataSync()], [0, 1, 0, 0, 1, 0]);
 * ```
 */
export function popSpikeEncoderDeterministic(options: PopulationEncoderOptions): PopulationEncoder {
  const { obsDim, popDim } = readOptions("popSpikeEncoderDeterministic", options);
  const units = plain(integrateAndFire, {
    units: obsDim * popDim,
    params: { vThreshold: 0.999, vReset: null },
    surrogate: deterministicPass(),
    detachReset: true,
  });
  return makeEncoder("popSpikeEncoderDeterministic", options, (activity, timeSteps) => {
    const state = units.initialState(activity.shape[0], { backend: activity.backend });
    return units.multiStep({}, state, repeat(activity, timeSteps, {}))[1];
  });
}

/** A spike where uniform noise lies below the probability; gradients go straight through. */
const bernoulli = /* @__PURE__ */ elementwise(
  "Bernoulli spikes",
  2,
  (p, noise) => e.withSlope(e.less(noise, p), p, 1),
);

/**
 * Independent spikes, each with the probability p of its unit. Gradients go straight through: dL/dp = Σₜ gₜ. The
 * reference's "pop-ran"; its `apply` takes the key that the spikes are drawn with.
 *
 * @throws {TypeError} if an option is unknown or missing. @throws {RangeError} if one is out of range.
 *
 * @example
 * ```ts
 * import { popSpikeEncoderRandom } from "@spikeloop/encoding";
 * import { key } from "@spikeloop/random";
 * import { tensor } from "@spikeloop/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const encoder = popSpikeEncoderRandom({ obsDim: 1, popDim: 3, timeSteps: 50, std: 1 });
 * const draw = () => encoder.apply(encoder.init(), tensor([[0]]), { key: key(0) }).dataSync();
 * assertEquals(draw(), draw());
 * assertEquals(draw()[1], 1); // the middle unit is centred at 0: it always fires
 * ```
 */
export function popSpikeEncoderRandom(options: PopulationEncoderOptions): PopulationEncoder {
  return makeEncoder("popSpikeEncoderRandom", options, (activity, timeSteps, { key }) => {
    if (key === undefined) {
      throw new TypeError(
        "Cannot draw the spikes of popSpikeEncoderRandom: pass { key: key(seed) } as options",
      );
    }
    const { backend } = activity;
    return bernoulli(activity, uniform(key, [timeSteps, ...activity.shape], { backend }));
  });
}
