import { type Backend, sameShape, type Shape, showShape } from "@spikeloop/backend";
import {
  checkOptions,
  describeOption,
  fail,
  refuse,
  takeCount,
  takeList,
  takeNumber,
} from "@spikeloop/errors";
import * as e from "@spikeloop/expr";
import { plain, type Population, type RowPart } from "@spikeloop/functional";
import { integrateAndFire } from "@spikeloop/neuron";
import { type Key, uniform } from "@spikeloop/random";
import { deterministicPass } from "@spikeloop/surrogate";
import { broadcastTo, elementwise, reshape, Tensor, tensor } from "@spikeloop/tensor";

/** The options of the population encoders. */
export interface PopulationEncoderOptions {
  /** The number of numbers in an observation. */
  readonly obsDim: number;
  /** P, the units per number. */
  readonly popDim: number;
  /** T, the time steps. */
  readonly timeSteps: number;
  /** The range of the initial centres, evenly spaced, ends included; [-3, 3] if missing. */
  readonly meanRange?: readonly [number, number];
  /** The initial width of the units; √0.15 if missing. */
  readonly std?: number;
}

/** The parameters of a population encoder; both [1, obsDim, popDim]. */
export type PopulationEncoderParams = {
  /** The centres. */
  readonly mean: Tensor;
  /** The widths; their sign does not matter. */
  readonly std: Tensor;
};

/** The options of `apply`. */
export interface EncodeOptions {
  /** Draws the spikes of the random encoder; the others need none. */
  readonly key?: Key;
}

/**
 * Turns observations into the activity of a population of units, step by step. It holds no state
 * and no parameters.
 */
export interface PopulationEncoder {
  /** F = obsDim · popDim. */
  readonly features: number;
  /** T. */
  readonly timeSteps: number;
  /** Returns evenly spaced centres, and one width for all units. */
  init(options?: { readonly backend?: Backend }): PopulationEncoderParams;
  /**
   * Encodes observations [N, obsDim], or one of [obsDim], as activity [T, N, F].
   *
   * @throws {TypeError} if a shape does not fit, or the random encoder gets no key.
   */
  apply(params: PopulationEncoderParams, obs: Tensor, options?: EncodeOptions): Tensor;
  /** Returns the maths of one observation, from [obsDim] to [F] at every step. */
  rowParts(params: PopulationEncoderParams): readonly RowPart[];
}

/**
 * The activity of a unit of the population encoders, as an expression:
 *
 *     p = exp(-½ ((obs - mean) / std)²)
 *
 * @example
 * ```ts
 * import { populationActivity } from "@spikeloop/encoding";
 * import { evaluate, input } from "@spikeloop/expr";
 * import { assertEquals } from "@std/assert";
 *
 * const p = populationActivity(input("obs"), input("mean"), input("std"));
 * assertEquals(evaluate(p, { obs: 2, mean: 2, std: 1 }), 1);
 * ```
 */
export function populationActivity(obs: e.ExprLike, mean: e.ExprLike, std: e.ExprLike): e.Expr {
  const z = e.div(e.sub(obs, mean), std);
  return e.exp(e.mul(-0.5, e.mul(z, z)));
}

const gaussian = /* @__PURE__ */ elementwise("population activity", 3, populationActivity);

/**
 * The integrate-and-fire units of `popSpikeEncoderDeterministic`.
 *
 * @param units How many units.
 * @throws {TypeError} if it is not a number.
 * @throws {RangeError} if it is not an integer of at least 1.
 *
 * @example
 * ```ts
 * import { encoderUnits } from "@spikeloop/encoding";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(encoderUnits(30).constants.vThreshold, 0.999);
 * ```
 */
export function encoderUnits(units: number): Population {
  return plain(integrateAndFire, {
    units,
    params: { vThreshold: 0.999, vReset: null },
    surrogate: deterministicPass(),
    detachReset: true,
  });
}

/** How the units of an encoder fire. */
interface Firing {
  /** Maps the activity p [N, F] to the output of the units in T steps, [T, N, F]. */
  readonly run: (activity: Tensor, timeSteps: number, options: EncodeOptions) => Tensor;
  /** The same for one row. */
  readonly parts: readonly RowPart[];
}

/** Checks the options and fills in the defaults. */
function takeEncoderOptions(
  action: string,
  options: PopulationEncoderOptions,
): Required<PopulationEncoderOptions> {
  checkOptions(action, options, ["obsDim", "popDim", "timeSteps", "meanRange", "std"]);
  const { obsDim, popDim, timeSteps, meanRange = [-3, 3], std = Math.sqrt(0.15) } = options;
  for (const [name, n] of Object.entries({ obsDim, popDim, timeSteps })) {
    takeCount(action, name, n);
  }
  takeList(action, "meanRange", meanRange, takeNumber, 2);
  if (takeNumber(action, "std", std) === 0) {
    refuse(action, "std", std, "a finite number other than 0", RangeError);
  }
  return { obsDim, popDim, timeSteps, meanRange, std };
}

/**
 * Returns `count` numbers from `low` to `high`, evenly spaced, with the bits of PyTorch's float32
 * `linspace`: the ends, their difference and the step are rounded to float32; the lower half counts
 * up from `low`, the upper half down from `high`. A single number is `low`.
 */
function linspace(from: number, to: number, count: number): Float32Array {
  const [low, high] = [Math.fround(from), Math.fround(to)];
  const step = Math.fround(Math.fround(high - low) / (count - 1));
  return Float32Array.from(
    { length: count },
    (_, i) => count === 1 ? low : i < count >> 1 ? low + step * i : high - step * (count - 1 - i),
  );
}

function checkCentres(action: string, name: string, x: unknown, shape: Shape): void {
  if (x instanceof Tensor && sameShape(x.shape, shape)) return;
  fail(action, `${name} is ${shapeOf(x)}, expected ${showShape(shape)}`);
}

function makeEncoder(
  name: string,
  options: PopulationEncoderOptions,
  firing: Firing,
): PopulationEncoder {
  const { obsDim, popDim, timeSteps, meanRange, std } = takeEncoderOptions(`make ${name}`, options);
  const action = `run ${name}`;
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
      checkOptions(action, encodeOptions, ["key"]);
      if (
        !(obs instanceof Tensor) || obs.shape.length < 1 || obs.shape.length > 2 ||
        obs.shape.at(-1) !== obsDim
      ) {
        const expected = `[N, ${obsDim}] or [${obsDim}]`;
        fail(action, `the observation is ${shapeOf(obs)}, expected ${expected}`);
      }
      const { mean, std } = params ?? {};
      checkCentres(action, "mean", mean, shape);
      checkCentres(action, "std", std, shape);
      const batch = obs.size / obsDim;
      const activity = gaussian(reshape(obs, [batch, obsDim, 1]), mean, std);
      return firing.run(reshape(activity, [batch, features]), timeSteps, encodeOptions);
    },
    rowParts: ({ mean, std }) => [
      { kind: "repeat", times: popDim },
      { kind: "map", formula: populationActivity, rows: [mean, std] },
      ...firing.parts,
    ],
  });
}

/** Describes an argument by its shape, if it is a tensor. */
function shapeOf(x: unknown): string {
  return x instanceof Tensor ? showShape(x.shape) : describeOption(x);
}

const repeat = (activity: Tensor, timeSteps: number) =>
  broadcastTo(activity, [timeSteps, ...activity.shape]);

/**
 * Makes an encoder whose output is the activity itself, the same at every step:
 *
 *     p = exp(-½ ((obs - mean) / std)²)
 *
 * The numbers are real and lie in [0, 1]. This is SpikingJelly's "pop-raw".
 *
 * @throws {TypeError} if an option is unknown, missing or of the wrong kind.
 * @throws {RangeError} if an option is out of range.
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
 * assertEquals(activity.dataSync()[2], 1); // the middle unit has its centre at 0
 * ```
 */
export function popEncoder(options: PopulationEncoderOptions): PopulationEncoder {
  return makeEncoder("popEncoder", options, { run: repeat, parts: [] });
}

/**
 * Makes an encoder that outputs the spikes of integrate-and-fire units, driven by the activity p:
 *
 *     u = v + p,   spike where u >= 0.999,   v = u - 0.999 · spike
 *
 * from v = 0. Gradients pass straight through the spike and stop at the reset, so that
 * dL/dp = Σₜ t · gₜ for t = 1 ... T.
 *
 * This is SpikingJelly's "pop-det", with one difference. There v outlives the call until
 * `reset_net`, so that calls depend on each other. Here every call starts at v = 0.
 *
 * @throws {TypeError} if an option is unknown, missing or of the wrong kind.
 * @throws {RangeError} if an option is out of range.
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
  const { obsDim, popDim } = takeEncoderOptions("make popSpikeEncoderDeterministic", options);
  const units = encoderUnits(obsDim * popDim);
  const run = (activity: Tensor, timeSteps: number) => {
    const state = units.initialState(activity.shape[0], { backend: activity.backend });
    return units.multiStep({}, state, repeat(activity, timeSteps))[1];
  };
  return makeEncoder("popSpikeEncoderDeterministic", options, {
    run,
    parts: units.rowParts?.({}) ?? [],
  });
}

/** 1 where uniform noise lies below the probability, else 0; gradients pass straight through. */
const bernoulli = /* @__PURE__ */ elementwise(
  "Bernoulli spikes",
  2,
  (p, noise) => e.withSlope(e.less(noise, p), p, 1),
);

/**
 * Makes an encoder that outputs independent spikes, each with the probability p of its unit.
 * Gradients pass straight through: dL/dp = Σₜ gₜ. This is SpikingJelly's "pop-ran". Its `apply`
 * needs a key to draw the spikes.
 *
 * @throws {TypeError} if an option is unknown, missing or of the wrong kind.
 * @throws {RangeError} if an option is out of range.
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
 * assertEquals(draw()[1], 1); // the middle unit has its centre at 0 and always fires
 * ```
 */
export function popSpikeEncoderRandom(options: PopulationEncoderOptions): PopulationEncoder {
  const run: Firing["run"] = (activity, timeSteps, { key }) => {
    if (key === undefined) {
      fail("run popSpikeEncoderRandom", "key is missing, expected { key: key(seed) } as options");
    }
    const { backend } = activity;
    return bernoulli(activity, uniform(key, [timeSteps, ...activity.shape], { backend }));
  };
  return makeEncoder("popSpikeEncoderRandom", options, { run, parts: [{ kind: "draw" }] });
}
