import type { Actor, ActorParams } from "@spikeloop/actor";
import { cpu } from "@spikeloop/cpu";
import * as e from "@spikeloop/expr";
import { adam, type OptimizerState, type Placement, polyak } from "@spikeloop/functional";
import { type Key, normal, split, takeKey } from "@spikeloop/random";
import { elementwise, mean, neg, scoped, type Tensor, valueAndGrad } from "@spikeloop/tensor";
import { checkOptions, takeRecord } from "@spikeloop/errors";
import type { ReplayAgent, UpdateOptions } from "./agent.ts";
import { type Batch, checkBatch } from "./batch.ts";
import { actionBounds } from "./action_bounds.ts";
import { actorOfUpdate } from "./algorithms/actor_of_update.ts";
import { calibrateActor } from "./algorithms/calibrate_actor.ts";
import { checkUpdate } from "./algorithms/check_update.ts";
import { makeProxyTarget, type ProxyState } from "./algorithms/proxy_target.ts";
import { checkTensors } from "./check_tensors.ts";
import { obsDimOf } from "./take_actor.ts";
import { takeParts } from "./take_parts.ts";
import { type Critics, makeTwinCritics, splitNetworkKeys } from "./twin_critics.ts";
import { type ResolvedTd3Options, resolveTd3Options, type Td3Options } from "./td3_options.ts";

/** The networks: the actor and two critics. */
export type Td3Networks = Critics & {
  /** The actor's parameters. */
  readonly actor: ActorParams;
};

/** The state of learning, from which it continues. */
export type Td3State = {
  /** The networks that learn. */
  readonly networks: Td3Networks;
  /** The networks that follow them slowly; with `proxyTarget` the actor is the proxy. */
  readonly targets: Td3Networks;
  /** The states of the optimizers; with `proxyTarget` also the proxy's. */
  readonly optimizers: Td3Optimizers | Td3Optimizers & { readonly proxy: ProxyState };
};

/** The states of the optimizers. */
export type Td3Optimizers = {
  /** The state of the actor's optimizer. */
  readonly actor: OptimizerState<ActorParams>;
  /** The state of the critics' optimizer. */
  readonly critics: OptimizerState<Critics>;
};

/** The losses of an update. */
export type Td3Report = {
  /** The sum of the two critics' mean squared errors. */
  readonly criticLoss: Tensor;
  /** -mean q1(o, actor(o)); undefined if the actor was not updated. */
  readonly actorLoss: Tensor | undefined;
};

/** The count of an update, and its random numbers. The actor learns if `policyDelay` divides it. */
export interface Td3UpdateOptions extends UpdateOptions {
  /** Standard normal noise [B, actDim], used instead of drawn noise. */
  readonly noise?: Tensor;
}

/** TD3 for one actor. It holds no parameters. */
export interface Td3 extends ReplayAgent<Td3State> {
  /** Its options, with the defaults filled in. */
  readonly options: ResolvedTd3Options;
  /** Returns fresh networks. The targets start as copies of them. */
  init(key: Key, placement?: Placement): Td3State;
  /**
   * Does one update, and returns the new state and the losses.
   *
   * @throws {TypeError} if a part of the state, the batch or the noise is missing or has another
   * shape.
   * @throws {RangeError} if the timer is not an integer of at least 0.
   */
  update(state: Td3State, batch: Batch, options: Td3UpdateOptions): [Td3State, Td3Report];
}

/** clip(action + clip(unit · scale · noise, ±limit · unit), low, high) */
const perturbedAction = /* @__PURE__ */ elementwise(
  "target noise",
  6,
  (action, noise, scale, limit, low, high) => {
    const clip = (x: e.Expr, low: e.Expr, high: e.Expr) => e.max(e.min(x, high), low);
    return clip(e.add(action, clip(e.mul(noise, scale), e.neg(limit), limit)), low, high);
  },
);

/**
 * Makes an agent that learns by TD3, twin delayed deep deterministic policy gradient. In every
 * update both critics learn
 *
 *     q(o, a) ← r + γ (1 - d) · min(q1', q2')(o', clip(actor'(o') + clip(ε, ±c), low, high))
 *
 * Once in `policyDelay` updates the actor climbs mean q1(o, actor(o)), and the targets follow.
 *
 * With `nSteps` the reward of a target is the discounted sum of those of several steps. With
 * `proxyTarget` actor' is a perceptron that imitates the actor: Xu et al., "Proxy target: bridging
 * the gap between discrete spiking neural networks and continuous control", 2025. With `actorAt`
 * surrogate slopes change while the actor learns:
 *
 * ```ts
 * import { ilcSan } from "@spikeloop/actor";
 * import { linearDecay } from "@spikeloop/functional";
 * import { atan } from "@spikeloop/surrogate";
 * import { td3 } from "@spikeloop/training";
 *
 * const actorWith = (alpha: number) =>
 *   ilcSan({ obsDim: 3, actDim: 1, hiddenSizes: [8], surrogate: atan({ alpha }) });
 * const alpha = linearDecay({ from: 1, to: 5, steps: 20_000 }); // shallow early, steep later
 * td3({ actor: actorWith(5), actorAt: (update) => actorWith(alpha(update)) });
 * ```
 *
 * Source: Fujimoto, van Hoof and Meger, "Addressing function approximation error in actor-critic
 * methods", 2018; SpikingJelly's examples/ILC-SAN.
 *
 * @throws {TypeError} if an option is unknown, missing or of the wrong kind.
 * @throws {RangeError} if an option is out of range.
 *
 * @example
 * ```ts
 * import { ilcSan } from "@spikeloop/actor";
 * import { key, normal } from "@spikeloop/random";
 * import { zeros } from "@spikeloop/tensor";
 * import { td3 } from "@spikeloop/training";
 * import { assertEquals } from "@std/assert";
 *
 * const agent = td3({ actor: ilcSan({ obsDim: 3, actDim: 1, hiddenSizes: [8] }) });
 * const batch = {
 *   observation: normal(key(1), [4, 3]),
 *   action: zeros([4, 1]),
 *   reward: zeros([4]),
 *   nextObservation: normal(key(2), [4, 3]),
 *   done: zeros([4]),
 * };
 * const before = agent.init(key(0));
 * const [after] = agent.update(before, batch, { timer: 0, key: key(3) });
 * assertEquals(Object.keys(after.networks), Object.keys(before.networks));
 * ```
 */
export function td3(options: Td3Options): Td3 {
  const o = resolveTd3Options(options);
  const { actor } = o;
  const [obsDim, actDim] = [obsDimOf(actor), actor.head.actDim];
  const bounds = actionBounds(actor.actionSpace);
  const twins = makeTwinCritics(obsDim, actDim, o);
  const actorOptimizer = adam({ learningRate: o.actorLearningRate });

  const proxy = o.proxyTarget && makeProxyTarget(actor, o.proxyTarget);
  const targetActor = proxy?.actor ?? actor;
  const actorAt = actorOfUpdate("update td3", actor, o.actorAt);

  const actorLoss = valueAndGrad((
    params: ActorParams,
    actor: Actor,
    critics: Critics,
    { observation }: Batch,
    key: Key,
  ) => {
    const action = actor.apply(params, observation, { key, training: true });
    return neg(mean(twins.first(critics, observation, action)));
  });

  const checkState = (state: unknown) => {
    const action = "go on from the state of td3";
    // That of `trainTd3` has more parts.
    const { networks, targets, optimizers } = takeRecord(action, "the state", state);
    for (const [name, part] of Object.entries({ networks, targets })) {
      const doing = `${action}, ${name}`;
      const all = takeParts(doing, part, ["actor", "q1", "q2"], "network");
      const { shapes } = name === "targets" ? targetActor : actor;
      checkTensors(`${doing}.actor`, all.actor, shapes, "parameter");
      twins.check(doing, all);
    }
    const names = ["actor", "critics", ...proxy === undefined ? [] : ["proxy"]];
    checkOptions(`${action}, optimizers`, optimizers, names, "optimizer");
  };

  return Object.freeze<Td3>({
    name: "td3",
    actor,
    options: o,
    learnsFrom: "replay",
    returns: { steps: o.nSteps, gamma: o.gamma },
    checkState,
    policy: ({ networks }) => networks.actor,
    value: ({ networks }, observation, action) => twins.first(networks, observation, action),
    calibrate: calibrateActor(actor),
    explore: (bound, observation, { noise, deviations, key }) => {
      const action = bound.act(observation, undefined, key);
      for (let i = 0; i < actDim; i++) action[i] += deviations[i] * noise[i];
      return bounds.clip(action);
    },
    init: (key, placement) => {
      takeKey("make the state of td3", "key", key);
      const [actorKey, criticKeys] = splitNetworkKeys(key);
      const params = actor.init(actorKey, placement);
      const critics = twins.init(criticKeys, placement);
      const networks = { actor: params, ...critics };
      const optimizers = {
        actor: actorOptimizer.init(params),
        critics: twins.start(critics),
      };
      if (proxy === undefined) return { networks, targets: networks, optimizers };
      const [proxyKey] = split(actorKey, 1);
      const target = proxy.actor.init(proxyKey, placement);
      return {
        networks,
        targets: { actor: target, ...critics },
        optimizers: { ...optimizers, proxy: proxy.start(target) },
      };
    },
    // Intermediate results lie where those of the update before did.
    update: scoped(cpu, (state: Td3State, batch: Batch, options: Td3UpdateOptions) => {
      const doing = "update td3";
      const { timer, key, noise } = checkUpdate(doing, options, ["noise"], batch?.action);
      checkState(state);
      checkBatch(batch, obsDim, actDim);
      const { networks, targets, optimizers } = state;
      const [noiseKey, targetKey, actorKey] = split(key, 3);
      const { backend } = batch.observation;
      const nextAction = perturbedAction(
        targetActor.apply(targets.actor, batch.nextObservation, { key: targetKey }),
        noise ?? normal(noiseKey, batch.action.shape, { backend }),
        ...bounds.scaled(o.scaleNoise, [o.targetNoise, o.noiseClip], backend),
        ...bounds.limits(backend),
      );
      const nextValue = twins.smallest(targets, batch.nextObservation, nextAction);
      const [critics, criticState, criticLoss] = twins.learn(
        networks,
        optimizers.critics,
        batch,
        nextValue,
      );
      if (timer % o.policyDelay !== 0) {
        return [{
          networks: { ...networks, ...critics },
          targets,
          optimizers: { ...optimizers, critics: criticState },
        }, { criticLoss, actorLoss: undefined }];
      }
      const learner = actor.track?.(networks.actor, batch.observation, { key: actorKey }) ??
        networks.actor;
      const [policyLoss, actorGrads] = actorLoss(
        learner,
        actorAt(timer + 1),
        critics,
        batch,
        actorKey,
      );
      const [params, actorState] = actorOptimizer.update(
        learner,
        actorGrads,
        optimizers.actor,
      );
      const next: Td3Networks = { actor: actor.loadStateDict(params), ...critics };
      const report = { criticLoss, actorLoss: policyLoss };
      const states = { actor: actorState, critics: criticState };
      if (proxy === undefined || !("proxy" in optimizers)) {
        const after = { networks: next, targets: polyak(targets, next, o.polyak) };
        return [{ ...after, optimizers: states }, report];
      }
      const { observation } = batch;
      const action = actor.apply(next.actor, observation, { key: actorKey });
      const [follower, proxyState] = proxy.imitate(
        targets.actor,
        optimizers.proxy,
        observation,
        action,
      );
      const { actor: _, ...targetCritics } = targets;
      return [{
        networks: next,
        targets: { actor: follower, ...polyak(targetCritics, critics, o.polyak) },
        optimizers: { ...states, proxy: proxyState },
      }, report];
    }),
  });
}
