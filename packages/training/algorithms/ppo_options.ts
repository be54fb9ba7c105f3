import type { Actor, StochasticActor } from "@spikeloop/actor";
import { checkOptions, fail, takeCount, takeFlag, takeList, takeNumber } from "@spikeloop/errors";
import type { LearningRates } from "@spikeloop/functional";
import { withDefaults } from "../with_defaults.ts";
import { takeStochasticActor } from "./sample_action.ts";

/** The options of `ppo`, with the defaults of Stable-Baselines3. */
export interface PpoOptions {
  /**
   * The network that acts: one with a distribution, such as
   * `ilcSan({ ..., logStd: "parameter" })`, or one of choices.
   */
  readonly actor: Actor;
  /** Units of the hidden layers of the value network; [64, 64] if missing. */
  readonly valueSizes?: readonly number[];
  /** Steps of every environment between two updates; 2,048 if missing. */
  readonly rolloutSteps?: number;
  /** Steps per minibatch, not more than all environments do in a rollout; 64 if missing. */
  readonly minibatchSize?: number;
  /** How often an update goes through its steps; 10 if missing. */
  readonly epochs?: number;
  /** The learning rate, or one each for `actor` and `value`; 3e-4 if missing. */
  readonly learningRate?: LearningRates;
  /** The discount of a reward per step; 0.99 if missing. */
  readonly gamma?: number;
  /** λ, the weight of longer advantages; 0.95 if missing. */
  readonly gaeLambda?: number;
  /** ε, the range of ratios in which the policy climbs; 0.2 if missing. */
  readonly clipRange?: number;
  /** The worth of entropy in the loss; 0 if missing. */
  readonly entropyCoefficient?: number;
  /** The weight of the value network's loss; 0.5 if missing. */
  readonly valueCoefficient?: number;
  /** The largest norm of all gradients together; 0.5 if missing. */
  readonly maxGradNorm?: number;
  /** Whether the advantages of a minibatch get mean 0 and deviation 1; true if missing. */
  readonly normalizeAdvantages?: boolean;
  /**
   * Whether the value network computes in units of the deviation of all returns so far, around
   * their mean, so that the size of rewards does not matter; true if missing. Stable-Baselines3 has
   * `VecNormalize` for it.
   */
  readonly normalizeReturns?: boolean;
}

/** The options of PPO with the defaults filled in. */
export type ResolvedPpoOptions = Required<Omit<PpoOptions, "actor">> & {
  /** The network that acts. */
  readonly actor: StochasticActor;
};

const defaults: Required<Omit<PpoOptions, "actor">> = {
  valueSizes: [64, 64],
  rolloutSteps: 2048,
  minibatchSize: 64,
  epochs: 10,
  learningRate: 3e-4,
  gamma: 0.99,
  gaeLambda: 0.95,
  clipRange: 0.2,
  entropyCoefficient: 0,
  valueCoefficient: 0.5,
  maxGradNorm: 0.5,
  normalizeAdvantages: true,
  normalizeReturns: true,
};

/**
 * Checks the options and fills in the defaults. The optimizer checks the learning rate.
 *
 * @throws {TypeError} if an option is unknown, missing or of the wrong kind.
 * @throws {RangeError} if an option is out of range.
 */
export function resolvePpoOptions(options: PpoOptions): ResolvedPpoOptions {
  const action = "make ppo";
  checkOptions(action, options, ["actor", ...Object.keys(defaults)]);
  if (options.actor?.calibrate !== undefined) {
    fail(
      action,
      "the actor normalizes batches, so that it would act by another policy than it learns; " +
        "expected one without batch normalization",
    );
  }
  const o = withDefaults(options, defaults);
  return {
    ...o,
    actor: takeStochasticActor(action, o.actor),
    valueSizes: takeList(action, "valueSizes", o.valueSizes, takeCount),
    rolloutSteps: takeCount(action, "rolloutSteps", o.rolloutSteps),
    minibatchSize: takeCount(action, "minibatchSize", o.minibatchSize),
    epochs: takeCount(action, "epochs", o.epochs),
    gamma: takeNumber(action, "gamma", o.gamma, { min: 0, max: 1 }),
    gaeLambda: takeNumber(action, "gaeLambda", o.gaeLambda, { min: 0, max: 1 }),
    clipRange: takeNumber(action, "clipRange", o.clipRange, { above: 0 }),
    entropyCoefficient: takeNumber(action, "entropyCoefficient", o.entropyCoefficient, { min: 0 }),
    valueCoefficient: takeNumber(action, "valueCoefficient", o.valueCoefficient, { min: 0 }),
    maxGradNorm: takeNumber(action, "maxGradNorm", o.maxGradNorm, { above: 0 }),
    normalizeAdvantages: takeFlag(action, "normalizeAdvantages", o.normalizeAdvantages),
    normalizeReturns: takeFlag(action, "normalizeReturns", o.normalizeReturns),
  };
}
