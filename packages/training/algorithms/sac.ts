import type { ActorParams, ApplyActorOptions, Gaussian } from "@spikeloop/actor";
import { cpu } from "@spikeloop/cpu";
import { checkOptions, takeRecord } from "@spikeloop/errors";
import * as e from "@spikeloop/expr";
import { type OptimizerState, type Placement, polyak } from "@spikeloop/functional";
import { type Key, normal, split, takeKey } from "@spikeloop/random";
import {
  elementwise,
  exp,
  full,
  mean,
  neg,
  scoped,
  sum,
  type Tensor,
  valueAuxAndGrad,
} from "@spikeloop/tensor";
import type { ReplayAgent, UpdateOptions } from "../agent.ts";
import { type Batch, checkBatch } from "../batch.ts";
import { checkTensors } from "../check_tensors.ts";
import { obsDimOf } from "../take_actor.ts";
import { takeParts } from "../take_parts.ts";
import { bellmanTarget, type Critics, makeTwinCritics, splitNetworkKeys } from "../twin_critics.ts";
import { adamOf } from "./adam_of.ts";
import { calibrateActor } from "./calibrate_actor.ts";
import { checkNoise } from "./check_noise.ts";
import { checkUpdate } from "./check_update.ts";
import { drawGaussian } from "./gaussian.ts";
import { type ResolvedSacOptions, resolveSacOptions, type SacOptions } from "./sac_options.ts";
import { sampleAction } from "./sample_action.ts";

/** The networks: the actor and two critics. */
export type SacNetworks = Critics & {
  /** The actor's parameters. */
  readonly actor: ActorParams;
};

/** The state of learning, from which it continues. */
export type SacState = {
  /** The networks that learn. */
  readonly networks: SacNetworks;
  /** The critics that follow slowly. */
  readonly targets: Critics;
  /** log α, a scalar. */
  readonly logEntropyCoefficient: Tensor;
  /** The states of the optimizers. */
  readonly optimizers: {
    /** The state of the actor's optimizer. */
    readonly actor: OptimizerState<ActorParams>;
    /** The state of the critics' optimizer. */
    readonly critics: OptimizerState<Critics>;
    /** The state of log α's optimizer. */
    readonly entropy: OptimizerState<Tensor>;
  };
};

/** The losses of an update, and the entropy coefficient after it. */
export type SacReport = {
  /** The sum of the two critics' mean squared errors. */
  readonly criticLoss: Tensor;
  /** mean (α log π(a | o) - min(q1, q2)(o, a)). */
  readonly actorLoss: Tensor;
  /** -mean log π(a | o), of actions in units of half their range. */
  readonly entropy: Tensor;
  /** α. */
  readonly entropyCoefficient: Tensor;
};

/** The count of an update, and its random numbers. */
export interface SacUpdateOptions extends UpdateOptions {
  /** Standard normal noise for the actions [B, actDim], used instead of drawn noise. */
  readonly noise?: Tensor;
  /** That for the target's actions, [B, actDim]. */
  readonly targetNoise?: Tensor;
}

/** SAC for one actor. It holds no parameters. */
export interface Sac extends ReplayAgent<SacState> {
  /** Its options, with the defaults filled in. */
  readonly options: ResolvedSacOptions;
  /** Returns fresh networks. The targets start as copies of them. */
  init(key: Key, placement?: Placement): SacState;
  /**
   * Does one update, and returns the new state and the losses.
   *
   * @throws {TypeError} if a part of the state, the batch or the noise is missing or has another
   * shape.
   * @throws {RangeError} if the timer is not an integer of at least 0.
   */
  update(state: SacState, batch: Batch, options: SacUpdateOptions): [SacState, SacReport];
}

/** value - α · log π */
const softValue = /* @__PURE__ */ elementwise(
  "soft value",
  3,
  (value, coefficient, logDensity) => e.sub(value, e.mul(coefficient, logDensity)),
);

/** α · log π - value */
const softLoss = /* @__PURE__ */ elementwise(
  "soft loss",
  3,
  (value, coefficient, logDensity) => e.sub(e.mul(coefficient, logDensity), value),
);

/** entropy - target, the gradient of log α. */
const surplus = /* @__PURE__ */ elementwise("surplus", 2, e.sub);

/**
 * Makes an agent that learns by SAC, soft actor-critic: entropy is a reward, of worth α. In every
 * update
 *
 *     q(o, a) ← r + γ (1 - d) · (min(q1', q2')(o', a') - α log π(a' | o'))    a' ~ π(o')
 *     the actor climbs mean (min(q1, q2)(o, a) - α log π(a | o))              a ~ π(o)
 *     log α falls with the entropy of π minus `targetEntropy`
 *
 * and the target critics q1', q2' follow. Actions are tanh u in units of half their range around
 * the middle, with u ~ N(mean, std), and log π counts the slope of tanh. Exploration is drawn from
 * π, so the trainer refuses `actNoise`. Stable-Baselines3 takes batches of 256.
 *
 * Source: Haarnoja et al., "Soft actor-critic algorithms and applications", 2018.
 *
 * @throws {TypeError} if an option is unknown, missing or of the wrong kind, or the actor is
 * deterministic or makes choices.
 * @throws {RangeError} if an option is out of range.
 *
 * @example
 * ```ts
 * import { ilcSan } from "@spikeloop/actor";
 * import { pendulum, sac, trainer } from "@spikeloop/training";
 * import { key } from "@spikeloop/random";
 * import { assertEquals } from "@std/assert";
 *
 * const { observationSpace, actionSpace } = pendulum();
 * const spaces = { observationSpace, actionSpace };
 * const actor = ilcSan({ ...spaces, hiddenSizes: [8], logStd: "network" });
 * const agent = sac({ actor, criticSizes: [8] });
 * const options = { environment: pendulum, agent, key: key(0), steps: 110 };
 * const training = trainer({ ...options, startSteps: 100, updateAfter: 100, batchSize: 16 });
 * const losses = [...training].flatMap((event) => event.type === "update" ? [event.losses] : []);
 * assertEquals(losses.length, 10);
 * ```
 */
export function sac(options: SacOptions): Sac {
  const o = resolveSacOptions(options);
  const { actor } = o;
  const [obsDim, actDim] = [obsDimOf(actor), actor.head.actDim];
  const twins = makeTwinCritics(obsDim, actDim, o.criticSizes);
  const actorOptimizer = adamOf("make sac", "actorLearningRate", o.actorLearningRate);
  const criticOptimizer = adamOf("make sac", "criticLearningRate", o.criticLearningRate);
  const entropyOptimizer = adamOf("make sac", "entropyLearningRate", o.entropyLearningRate);

  /** Draws actions [B, actDim], and returns them with log π, [B]. */
  const draw = (
    params: ActorParams,
    observation: Tensor,
    noise: Tensor,
    options: ApplyActorOptions,
  ) => {
    const distribution = actor.distribution(params, observation, options) as Gaussian;
    const [u, logDensity] = drawGaussian(distribution.mean, distribution.logStd, noise);
    return [actor.head.action(u), sum(logDensity, 1)] as const;
  };
  const actorLoss = valueAuxAndGrad((
    params: ActorParams,
    critics: Critics,
    coefficient: Tensor,
    observation: Tensor,
    noise: Tensor,
    key: Key,
  ) => {
    const [action, logDensity] = draw(params, observation, noise, { key, training: true });
    const value = twins.smallest(critics, observation, action);
    return [mean(softLoss(value, coefficient, logDensity)), mean(logDensity)];
  });

  const checkState = (state: unknown) => {
    const action = "go on from the state of sac";
    const names = ["networks", "targets", "logEntropyCoefficient", "optimizers"];
    const { networks, targets, logEntropyCoefficient, optimizers } = takeRecord(
      action,
      "the state",
      state,
    );
    checkOptions(action, state, names, "part");
    const all = takeParts(`${action}, networks`, networks, ["actor", "q1", "q2"], "network");
    const followers = takeParts(`${action}, targets`, targets, ["q1", "q2"], "network");
    checkTensors(`${action}, networks.actor`, all.actor, actor.shapes, "parameter");
    twins.check(`${action}, networks`, all);
    twins.check(`${action}, targets`, followers);
    checkTensors(action, { logEntropyCoefficient }, { logEntropyCoefficient: [] }, "part");
    const optimizerNames = ["actor", "critics", "entropy"];
    checkOptions(`${action}, optimizers`, optimizers, optimizerNames, "optimizer");
  };

  return Object.freeze<Sac>({
    name: "sac",
    actor,
    options: o,
    learnsFrom: "replay",
    ignores: ["actNoise", "scaleNoise"],
    returns: { steps: o.nSteps, gamma: o.gamma },
    checkState,
    policy: ({ networks }) => networks.actor,
    value: ({ networks }, observation, action) => twins.first(networks, observation, action),
    calibrate: calibrateActor(actor),
    explore: (bound, observation, exploration) =>
      sampleAction(actor, bound, observation, exploration).action,
    init: (key, placement) => {
      takeKey("make the state of sac", "key", key);
      const [actorKey, criticKeys] = splitNetworkKeys(key);
      const params = actor.init(actorKey, placement);
      const critics = twins.init(criticKeys, placement);
      const { entropyCoefficient = o.firstEntropyCoefficient } = o;
      const logEntropyCoefficient = full([], Math.log(entropyCoefficient), placement);
      return {
        networks: { actor: params, ...critics },
        targets: critics,
        logEntropyCoefficient,
        optimizers: {
          actor: actorOptimizer.init(params),
          critics: criticOptimizer.init(critics),
          entropy: entropyOptimizer.init(logEntropyCoefficient),
        },
      };
    },
    // Intermediate results lie where those of the update before did.
    update: scoped(cpu, (state: SacState, batch: Batch, options: SacUpdateOptions) => {
      const doing = "update sac";
      const { key } = checkUpdate(doing, options, ["noise", "targetNoise"]);
      checkState(state);
      checkBatch(batch, obsDim, actDim);
      checkNoise(doing, "noise", options.noise, batch.action);
      checkNoise(doing, "targetNoise", options.targetNoise, batch.action);
      const { networks, targets, optimizers, logEntropyCoefficient } = state;
      const { observation, nextObservation, action: { shape } } = batch;
      const { backend } = observation;
      const [noiseKey, targetNoiseKey, actorKey, targetKey] = split(key, 4);
      const {
        noise = normal(noiseKey, shape, { backend }),
        targetNoise = normal(targetNoiseKey, shape, { backend }),
      } = options;
      const coefficient = exp(logEntropyCoefficient);

      const [nextAction, nextLogDensity] = draw(
        networks.actor,
        nextObservation,
        targetNoise,
        { key: targetKey },
      );
      const nextValue = twins.smallest(targets, nextObservation, nextAction);
      const value = softValue(nextValue, coefficient, nextLogDensity);
      const { reward, done, discount = o.gamma } = batch;
      const target = bellmanTarget(reward, done, value, discount);
      const before = { q1: networks.q1, q2: networks.q2 };
      const [criticLoss, criticGrads] = twins.lossAndGrads(before, {
        observation,
        action: batch.action,
        target,
      });
      const [critics, criticState] = criticOptimizer.update(
        before,
        criticGrads,
        optimizers.critics,
      );

      const learner = actor.track?.(networks.actor, observation, { key: actorKey }) ??
        networks.actor;
      const [loss, logDensity, actorGrads] = actorLoss(
        learner,
        critics,
        coefficient,
        observation,
        noise,
        actorKey,
      );
      const [params, actorState] = actorOptimizer.update(
        learner,
        actorGrads,
        optimizers.actor,
      );

      const entropy = neg(logDensity);
      const [logCoefficient, entropyState] = o.entropyCoefficient === undefined
        ? entropyOptimizer.update(
          logEntropyCoefficient,
          surplus(entropy, o.targetEntropy),
          optimizers.entropy,
        )
        : [logEntropyCoefficient, optimizers.entropy];
      return [{
        networks: { actor: actor.loadStateDict(params), ...critics },
        targets: polyak(targets, critics, o.polyak),
        logEntropyCoefficient: logCoefficient,
        optimizers: { actor: actorState, critics: criticState, entropy: entropyState },
      }, { criticLoss, actorLoss: loss, entropy, entropyCoefficient: exp(logCoefficient) }];
    }),
  });
}
