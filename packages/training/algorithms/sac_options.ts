import type { Actor, StochasticActor } from "@spikeloop/actor";
import { checkOptions, fail, takeNumber } from "@spikeloop/errors";
import type { LearningRate } from "@spikeloop/functional";
import {
  criticDefaults,
  type CriticOptions,
  refuseChoices,
  takeCriticOptions,
} from "../critic_options.ts";
import { withDefaults } from "../with_defaults.ts";
import { takeStochasticActor } from "./sample_action.ts";

/** The options of `sac`, with the defaults of Stable-Baselines3. */
export interface SacOptions extends CriticOptions {
  /**
   * The network that acts: one with mean and log-std, such as
   * `ilcSan({ ..., logStd: "network" })`.
   */
  readonly actor: Actor;
  /** The learning rate of the actor; 3e-4 if missing. */
  readonly actorLearningRate?: LearningRate;
  /** The learning rate of the critics; 3e-4 if missing. */
  readonly criticLearningRate?: LearningRate;
  /** The learning rate of the logarithm of the entropy coefficient; 3e-4 if missing. */
  readonly entropyLearningRate?: LearningRate;
  /**
   * The worth α of entropy in reward, above 0: learned if missing, fixed if given. A fixed one
   * allows no `entropyLearningRate`, `firstEntropyCoefficient` and `targetEntropy`.
   */
  readonly entropyCoefficient?: number;
  /** The first α where it is learned; 1 if missing. */
  readonly firstEntropyCoefficient?: number;
  /**
   * The entropy that learning α aims at, of actions in units of half their range; minus the number
   * of components if missing.
   */
  readonly targetEntropy?: number;
}

/** The options of SAC with the defaults filled in. `entropyCoefficient` is missing if learned. */
export type ResolvedSacOptions =
  & Required<Omit<SacOptions, "actor" | "entropyCoefficient">>
  & Pick<SacOptions, "entropyCoefficient">
  & { readonly actor: StochasticActor };

const defaults = {
  ...criticDefaults,
  actorLearningRate: 3e-4,
  criticLearningRate: 3e-4,
  entropyLearningRate: 3e-4,
  firstEntropyCoefficient: 1,
};

/**
 * Checks the options and fills in the defaults. The optimizers check the learning rates.
 *
 * @throws {TypeError} if an option is unknown, missing or of the wrong kind.
 * @throws {RangeError} if an option is out of range.
 */
export function resolveSacOptions(options: SacOptions): ResolvedSacOptions {
  const action = "make sac";
  const names = ["actor", ...Object.keys(defaults), "entropyCoefficient", "targetEntropy"];
  checkOptions(action, options, names);
  const actor = takeStochasticActor(action, options.actor);
  refuseChoices(action, actor);
  const ofLearning = ["entropyLearningRate", "firstEntropyCoefficient", "targetEntropy"] as const;
  const extra = ofLearning.find((name) => options[name] !== undefined);
  if (extra !== undefined && options.entropyCoefficient !== undefined) {
    fail(action, `${extra} has no effect where entropyCoefficient is fixed, expected one of them`);
  }
  const o = withDefaults(options, defaults);
  const positive = (name: "entropyCoefficient" | "firstEntropyCoefficient") =>
    takeNumber(action, name, o[name], { above: 0 });
  const { targetEntropy = -actor.head.actDim } = o;
  return {
    ...o,
    ...takeCriticOptions(action, o),
    actor,
    entropyCoefficient: o.entropyCoefficient === undefined
      ? undefined
      : positive("entropyCoefficient"),
    firstEntropyCoefficient: positive("firstEntropyCoefficient"),
    targetEntropy: takeNumber(action, "targetEntropy", targetEntropy),
  };
}
