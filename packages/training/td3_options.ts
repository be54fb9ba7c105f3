import {
  checkOptions,
  fail,
  takeCount,
  takeFlag,
  takeFunction,
  takeList,
  takeNumber,
  takeOneOf,
} from "@spikeloop/errors";
import type { Actor } from "@spikeloop/actor";
import type { LearningRate } from "@spikeloop/functional";
import {
  criticDefaults,
  type CriticOptions,
  refuseChoices,
  takeCriticOptions,
} from "./critic_options.ts";
import { refuseNoise, takeActor } from "./take_actor.ts";
import { withDefaults } from "./with_defaults.ts";

/** The options of `td3`, with the defaults of SpikingJelly's examples/ILC-SAN. */
export interface Td3Options extends CriticOptions {
  /** The network that acts. */
  readonly actor: Actor;
  /** The learning rate of the actor; 1e-4 if missing. */
  readonly actorLearningRate?: LearningRate;
  /** The learning rate of the critics; 1e-3 if missing. */
  readonly criticLearningRate?: LearningRate;
  /** The standard deviation of the noise on the target's actions; 0.2 if missing. */
  readonly targetNoise?: number;
  /** The limit of that noise, on both sides of 0; 0.5 if missing. */
  readonly noiseClip?: number;
  /** The actor and the targets are updated at one of so many updates; 2 if missing. */
  readonly policyDelay?: number;
  /**
   * Whether `targetNoise` and `noiseClip`, and the `actNoise` of training, are in units of half the
   * range of each action; false if missing, as in the example. For actions within ±1 nothing
   * changes.
   */
  readonly scaleNoise?: boolean;
  /**
   * The actor of update 1, 2, ..., which differs from `actor` in its surrogate alone: shallow
   * slopes early and steep ones later, or any other schedule. That of `actor` if missing.
   */
  readonly actorAt?: (update: number) => Actor;
  /**
   * By how many updates critics learn late; 0 if missing. With 1 they learn from the batch of the
   * update before, with the target that it had there, and a step of the actor shows when the actor
   * learns next. So a second thread, where there is one, does nearly half of the work. Results are
   * other ones than with 0, and the same bits with one thread and with two.
   */
  readonly lag?: 0 | 1;
  /**
   * A target actor that is a perceptron and learns to act as the actor does, instead of one whose
   * weights follow: the weights of a spiking actor change its actions in jumps. None if missing.
   */
  readonly proxyTarget?: ProxyTargetOptions;
}

/** The options of a proxy target. */
export interface ProxyTargetOptions {
  /** Units of its hidden layers; [256, 256] if missing. */
  readonly hiddenSizes?: readonly number[];
  /** Its learning rate; 1e-3 if missing. */
  readonly learningRate?: LearningRate;
  /** How often it learns at each update of the actor; 3 if missing. */
  readonly updates?: number;
}

/** The options of TD3 with the defaults filled in. `actorAt` and `proxyTarget` have none. */
export type ResolvedTd3Options =
  & Required<Omit<Td3Options, "actorAt" | "proxyTarget">>
  & Pick<Td3Options, "actorAt">
  & { readonly proxyTarget?: Required<ProxyTargetOptions> };

const defaults: Required<Omit<Td3Options, "actor" | "actorAt" | "proxyTarget">> = {
  ...criticDefaults,
  actorLearningRate: 1e-4,
  criticLearningRate: 1e-3,
  targetNoise: 0.2,
  noiseClip: 0.5,
  policyDelay: 2,
  scaleNoise: false,
  lag: 0,
};

/**
 * Checks the options and fills in the defaults. The optimizers check the learning rates.
 *
 * @throws {TypeError} if an option is unknown, missing or of the wrong kind.
 * @throws {RangeError} if an option is out of range.
 */
export function resolveTd3Options(options: Td3Options): ResolvedTd3Options {
  const action = "make td3";
  checkOptions(action, options, ["actor", ...Object.keys(defaults), "actorAt", "proxyTarget"]);
  const o = withDefaults(options, defaults);
  const actor = takeActor(action, o.actor);
  refuseChoices(action, actor);
  refuseNoise(action, actor);
  if (actor.head.logStd !== undefined) {
    fail(action, "the actor's logStd has no effect here, expected an actor without it");
  }
  takeOneOf(action, "lag", o.lag, [0, 1]);
  if (o.lag !== 0 && actor.track !== undefined) {
    fail(action, "the actor normalizes batches, whose statistics must not lag; leave lag out");
  }
  return {
    ...o,
    ...takeCriticOptions(action, o),
    actor,
    scaleNoise: takeFlag(action, "scaleNoise", o.scaleNoise),
    targetNoise: takeNumber(action, "targetNoise", o.targetNoise, { min: 0 }),
    noiseClip: takeNumber(action, "noiseClip", o.noiseClip, { min: 0 }),
    policyDelay: takeCount(action, "policyDelay", o.policyDelay),
    actorAt: o.actorAt && takeFunction(action, "actorAt", o.actorAt, "a function of the update"),
    proxyTarget: o.proxyTarget && takeProxyTarget(action, o.proxyTarget),
  };
}

function takeProxyTarget(
  action: string,
  options: ProxyTargetOptions,
): Required<ProxyTargetOptions> {
  const doing = `${action}, proxyTarget`;
  checkOptions(doing, options, ["hiddenSizes", "learningRate", "updates"]);
  const { hiddenSizes = [256, 256], learningRate = 1e-3, updates = 3 } = options;
  return {
    hiddenSizes: takeList(doing, "hiddenSizes", hiddenSizes, takeCount),
    learningRate,
    updates: takeCount(doing, "updates", updates),
  };
}
