import type { ActorParams } from "@spikeloop/actor";
import type { Backend } from "@spikeloop/backend";
import { checkOptions, fail, takeNumber, takeRecord } from "@spikeloop/errors";
import * as e from "@spikeloop/expr";
import {
  adam,
  clipByGlobalNorm,
  meanSquaredError,
  type OptimizerState,
  type Placement,
} from "@spikeloop/functional";
import { type Key, permutation, split, takeKey } from "@spikeloop/random";
import {
  add,
  elementwise,
  mean,
  mul,
  reshape,
  scoped,
  sub,
  type Tensor,
  valueAuxAndGrad,
} from "@spikeloop/tensor";
import type { RolloutAgent, RolloutUpdateOptions, UpdateOptions } from "../agent.ts";
import { checkTensors } from "../check_tensors.ts";
import { type CriticParams, makeCritic } from "../critic.ts";
import type { Rollout } from "../rollout.ts";
import { obsDimOf } from "../take_actor.ts";
import { takeParts } from "../take_parts.ts";
import { copyToDevice, isHost } from "../trainer/device.ts";
import { type PpoAssessment, readAssessed, takeAssessed } from "./assessed.ts";
import { checkRollout } from "./check_rollout.ts";
import { checkUpdate } from "./check_update.ts";
import { addReports, meanReports, noReports, type ReportSums } from "./mean_reports.ts";
import { gather, type Minibatch } from "./minibatch.ts";
import { densityOf } from "./policy_density.ts";
import { type PpoOptions, type ResolvedPpoOptions, resolvePpoOptions } from "./ppo_options.ts";
import { prepareRollout } from "./prepare_rollout.ts";
import { changeUnits, deviationOf, type ReturnScale, unitScale } from "./return_scale.ts";
import { sampleAction } from "./sample_action.ts";

/** The networks: the actor, and one that estimates the return that follows an observation. */
export type PpoNetworks = {
  /** The actor's parameters. */
  readonly actor: ActorParams;
  /** The parameters of the value network. */
  readonly value: CriticParams;
};

/** The state of learning, from which it continues. */
export type PpoState = {
  /** The networks. */
  readonly networks: PpoNetworks;
  /** The state of the optimizer. */
  readonly optimizer: OptimizerState<PpoNetworks>;
  /** The units in which the value network computes. */
  readonly returns: ReturnScale;
};

/** The losses of an update, means over its minibatches. */
export type PpoReport = {
  /** -mean min(ratio · A, clip(ratio, 1 ± ε) · A). */
  readonly policyLoss: Tensor;
  /** The mean squared error of the value network, in its units. */
  readonly valueLoss: Tensor;
  /** The mean entropy, of the numbers u where actions are in a box. */
  readonly entropy: Tensor;
  /** An estimate of the divergence of the new policy from the rollout's. */
  readonly divergence: Tensor;
};

/** PPO for one actor. It holds no parameters. */
export interface Ppo extends RolloutAgent<PpoState> {
  /** Its options, with the defaults filled in. */
  readonly options: ResolvedPpoOptions;
  /** Returns fresh networks. */
  init(key: Key, placement?: Placement): PpoState;
  /**
   * Computes the values [T · N] of the observations of a rollout, and log π [T · N] of what was
   * drawn, where the state is.
   *
   * @throws {TypeError} if a part of the state or the rollout is missing or has another shape.
   * @throws {RangeError} if the timer is not an integer of at least 0.
   */
  assess(state: PpoState, rollout: Rollout, options: UpdateOptions): PpoAssessment;
  /**
   * Does the epochs of one rollout, and returns the new state and the losses.
   *
   * @throws {TypeError} if a part of the state or the rollout is missing or has another shape, or
   * the state is on a device and `assessed` is missing.
   * @throws {RangeError} if the timer is not an integer of at least 0, the rollout is smaller than
   * a minibatch, or a number of `assessed` is not finite.
   */
  update(state: PpoState, rollout: Rollout, options: RolloutUpdateOptions): [PpoState, PpoReport];
}

const reportNames = ["policyLoss", "valueLoss", "entropy", "divergence"] as const;

/** The part of the state that each minibatch changes, and the sums of the losses. */
type Learning = Pick<PpoState, "networks" | "optimizer"> & {
  readonly sums: ReportSums<keyof PpoReport>;
};

const backendOf = ({ networks }: PpoState): Backend => Object.values(networks.value)[0].backend;

/** -min(ratio · A, clip(ratio, low, high) · A) with ratio = e^(log π' - log π) */
const clippedLoss = /* @__PURE__ */ elementwise("clipped loss", 5, (now, before, a, low, high) => {
  const ratio = e.exp(e.sub(now, before));
  const clipped = e.max(e.min(ratio, high), low);
  return e.neg(e.min(e.mul(ratio, a), e.mul(clipped, a)));
});

/** ratio - 1 - log ratio */
const divergenceOf = /* @__PURE__ */ elementwise("divergence", 2, (now, before) => {
  const difference = e.sub(now, before);
  return e.sub(e.sub(e.exp(difference), 1), difference);
});

/**
 * Makes an agent that learns by PPO, proximal policy optimization, from what the actor has just
 * done. Every update goes `epochs` times through its rollout in shuffled minibatches, and lowers
 *
 *     -mean min(ratio · A, clip(ratio, 1 - ε, 1 + ε) · A)     ratio = π(a | o) / π_before(a | o)
 *       + valueCoefficient · mean (V(o) - (A + V_before(o)))² - entropyCoefficient · mean entropy
 *
 * with generalized advantages A. Densities are those of the numbers u, which a fixed function maps
 * to actions in the box, so that no ratio needs the slope of tanh. Actors of choices work as
 * well, and several environments side by side: `vectorized(pendulum, 4)`.
 *
 * Advantages are computed on the CPU, where the rollout is; all else is where the state is. For a
 * state on a device read the tensors of `assess()`, and give their numbers to `update()`, as
 * `trainer` does.
 *
 * Source: Schulman et al., "Proximal policy optimization algorithms", 2017.
 *
 * @throws {TypeError} if an option is unknown, missing or of the wrong kind, or the actor is
 * deterministic.
 * @throws {RangeError} if an option is out of range.
 *
 * @example
 * ```ts
 * import { ilcSan } from "@spikeloop/actor";
 * import { cartPole, ppo, trainer, vectorized } from "@spikeloop/training";
 * import { key } from "@spikeloop/random";
 * import { assertEquals } from "@std/assert";
 *
 * const { observationSpace, actionSpace } = cartPole();
 * const actor = ilcSan({ observationSpace, actionSpace, hiddenSizes: [8] });
 * const agent = ppo({ actor, rolloutSteps: 16, minibatchSize: 32, epochs: 2 });
 * const environment = vectorized(cartPole, 4);
 * const training = trainer({ environment, agent, key: key(0), steps: 128 });
 * const losses = [...training].flatMap((event) => event.type === "update" ? [event.losses] : []);
 * assertEquals(losses.length, 2);
 * ```
 */
export function ppo(options: PpoOptions): Ppo {
  const o = resolvePpoOptions(options);
  const { actor } = o;
  const [obsDim, { actDim }] = [obsDimOf(actor), actor.head];
  const critic = makeCritic(obsDim, 0, o.valueSizes, "v");
  const lastLayer = `v.${2 * o.valueSizes.length}`;
  const optimizer = adam({ learningRate: o.learningRate, epsilon: 1e-5 });

  const loss = valueAuxAndGrad((networks: PpoNetworks, batch: Minibatch, key: Key) => {
    const distribution = actor.distribution(networks.actor, batch.observation, { key });
    const { logDensity, entropy } = densityOf(distribution, batch.sample);
    const policyLoss = mean(
      clippedLoss(
        logDensity,
        batch.logDensity,
        batch.advantage,
        1 - o.clipRange,
        1 + o.clipRange,
      ),
    );
    const valueLoss = meanSquaredError(
      critic.values(networks.value, batch.observation),
      batch.goal,
    );
    const reports = {
      policyLoss,
      valueLoss,
      entropy: mean(entropy),
      divergence: mean(divergenceOf(logDensity, batch.logDensity)),
    };
    const withValue = add(policyLoss, mul(valueLoss, o.valueCoefficient));
    const value = o.entropyCoefficient === 0
      ? withValue
      : sub(withValue, mul(reports.entropy, o.entropyCoefficient));
    return [value, reports];
  });

  const checkState = (state: unknown) => {
    const action = "go on from the state of ppo";
    const parts = takeRecord(action, "the state", state);
    checkOptions(action, parts, ["networks", "optimizer", "returns"], "part");
    const networks = takeParts(
      `${action}, networks`,
      parts.networks,
      ["actor", "value"],
      "network",
    );
    checkTensors(`${action}, networks.actor`, networks.actor, actor.shapes, "parameter");
    checkTensors(`${action}, networks.value`, networks.value, critic.shapes, "parameter");
    takeRecord(action, "the optimizer", parts.optimizer);
    const { mean, variance, count } = takeRecord(action, "returns", parts.returns);
    takeNumber(action, "returns.mean", mean);
    takeNumber(action, "returns.variance", variance, { min: 0 });
    takeNumber(action, "returns.count", count, { min: 0 });
  };

  const assess = (state: PpoState, rollout: Rollout, options: UpdateOptions): PpoAssessment => {
    const doing = "assess a rollout";
    const { key } = checkUpdate(doing, options);
    checkState(state);
    const { rows } = checkRollout(doing, rollout, obsDim, actDim);
    const { networks } = state;
    const flat = (x: Tensor, width: number) =>
      copyToDevice(reshape(x, [rows, width]), backendOf(state), "rollout");
    const observation = flat(rollout.observation, obsDim);
    const [actKey] = split(key, 1 + o.epochs);
    const distribution = actor.distribution(networks.actor, observation, { key: actKey });
    return {
      logDensity: densityOf(distribution, flat(rollout.sample, actDim)).logDensity,
      value: critic.values(networks.value, observation),
      nextValue: critic.values(networks.value, flat(rollout.nextObservation, obsDim)),
    };
  };

  return Object.freeze<Ppo>({
    name: "ppo",
    actor,
    options: o,
    learnsFrom: "rollouts",
    rolloutSteps: o.rolloutSteps,
    leastSteps: o.minibatchSize,
    checkState,
    policy: ({ networks }) => networks.actor,
    value: ({ networks, returns }, observation) =>
      add(mul(critic.values(networks.value, observation), deviationOf(returns)), returns.mean),
    explore: (bound, observation, exploration) =>
      sampleAction(actor, bound, observation, exploration),
    init: (key, placement) => {
      takeKey("make the state of ppo", "key", key);
      const [actorKey, valueKey] = split(key);
      const networks = {
        actor: actor.init(actorKey, placement),
        value: critic.init(valueKey, placement),
      };
      return { networks, optimizer: optimizer.init(networks), returns: unitScale };
    },
    assess,
    update: (state, rollout, options) => {
      const doing = "update ppo";
      const { timer, key, assessed } = checkUpdate(doing, options, ["assessed"]);
      checkState(state);
      const { rows, environments } = checkRollout(doing, rollout, obsDim, actDim);
      if (rows < o.minibatchSize) {
        const problem = `minibatchSize is ${o.minibatchSize}, the rollout has T · N = ${rows}`;
        fail(doing, problem, RangeError);
      }
      const backend = backendOf(state);
      if (assessed === undefined && !isHost(backend)) {
        const help = "read the tensors of assess(), and give their numbers as assessed";
        fail(`${doing} on "${backend.name}"`, help);
      }
      const numbers = assessed === undefined
        ? readAssessed(assess(state, rollout, { timer, key }))
        : takeAssessed(doing, assessed, rows);
      const { source, returns } = prepareRollout(rollout, environments, numbers, state.returns, o);
      const value = o.normalizeReturns
        ? changeUnits(state.networks.value, lastLayer, state.returns, returns)
        : state.networks.value;

      const learn = scoped(
        backend,
        (before: Learning, indices: Float32Array, key: Key): Learning => {
          const batch = gather(source, indices, obsDim, actDim, o.normalizeAdvantages, backend);
          const [, reports, grads] = loss(before.networks, batch, key);
          const clipped = clipByGlobalNorm(grads, o.maxGradNorm);
          const [networks, state] = optimizer.update(before.networks, clipped, before.optimizer);
          return { networks, optimizer: state, sums: addReports(before.sums, reports) };
        },
      );
      const [, ...epochKeys] = split(key, 1 + o.epochs);
      let learning: Learning = {
        networks: { ...state.networks, value },
        optimizer: state.optimizer,
        sums: noReports(reportNames, backend),
      };
      const count = Math.ceil(rows / o.minibatchSize);
      for (const epochKey of epochKeys) {
        const [orderKey, ...batchKeys] = split(epochKey, 1 + count);
        const order = permutation(orderKey, rows).dataSync();
        for (const [i, batchKey] of batchKeys.entries()) {
          const indices = order.subarray(i * o.minibatchSize, (i + 1) * o.minibatchSize);
          learning = learn(learning, indices, batchKey);
        }
      }
      const { networks, optimizer: optimizerState, sums } = learning;
      const after = { ...networks, actor: actor.loadStateDict(networks.actor) };
      return [
        { networks: after, optimizer: optimizerState, returns },
        meanReports(sums, count * o.epochs),
      ];
    },
  });
}
