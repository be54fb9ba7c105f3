import type { ActorParams } from "@spikeloop/actor";
import { cpu } from "@spikeloop/cpu";
import { type OptimizerState, type Placement, polyak } from "@spikeloop/functional";
import { type Key, normal, split, takeKey } from "@spikeloop/random";
import { scoped, type Tensor } from "@spikeloop/tensor";
import { fail, takeRecord } from "@spikeloop/errors";
import type { ReplayAgent, UpdateOptions } from "./agent.ts";
import { type Batch, checkBatch } from "./batch.ts";
import { actionBounds } from "./action_bounds.ts";
import { adamOf } from "./algorithms/adam_of.ts";
import { makeActorStep } from "./algorithms/actor_step.ts";
import { actorOfUpdate } from "./algorithms/actor_of_update.ts";
import { calibrateActor } from "./algorithms/calibrate_actor.ts";
import { checkAdamState } from "./algorithms/check_adam_state.ts";
import { checkNoise } from "./algorithms/check_noise.ts";
import { checkUpdate } from "./algorithms/check_update.ts";
import { makeProxyTarget, type ProxyState } from "./algorithms/proxy_target.ts";
import { checkTensors } from "./check_tensors.ts";
import { obsDimOf } from "./take_actor.ts";
import { takeParts } from "./take_parts.ts";
import { checkAhead, initAhead } from "./algorithms/td3_ahead.ts";
import { makeTarget, type TargetInput } from "./algorithms/td3_target.ts";
import { type CriticBatch, makeTwinCritics, splitNetworkKeys } from "./twin_critics.ts";
import { makeStepAhead, makeTargetAhead } from "./second_thread/lag.ts";
import { type ResolvedTd3Options, resolveTd3Options, type Td3Options } from "./td3_options.ts";
import type { Td3Ahead, Td3Networks, Td3Optimizers, Td3State } from "./td3_state.ts";

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

/** The part of a state that an update reads and returns. */
interface Learning extends Omit<Td3State, "optimizers" | "ahead"> {
  readonly optimizers: Omit<Td3Optimizers, "actor"> & {
    actor?: OptimizerState<ActorParams>;
    readonly proxy?: ProxyState;
  };
}

/** The count of an update, its keys and, if given, its noise. */
interface Update extends Omit<Td3UpdateOptions, "key"> {
  readonly keys: Readonly<Record<"noise" | "target" | "actor", Key>>;
}

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
 * the gap between discrete spiking neural networks and continuous control", 2025. With `lag: 1`
 * critics and actor learn a little later, so that a second thread can do nearly half of the work.
 * With `actorAt` surrogate slopes change while the actor learns:
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
  const twins = makeTwinCritics(obsDim, actDim, o.criticSizes);
  const actorOptimizer = adamOf("make td3", "actorLearningRate", o.actorLearningRate);
  const criticOptimizer = adamOf("make td3", "criticLearningRate", o.criticLearningRate);

  const proxy = o.proxyTarget && makeProxyTarget(actor, o.proxyTarget);
  const targetActor = proxy?.actor ?? actor;
  const actorAt = actorOfUpdate("update td3", actor, o.actorAt);
  const isTurn = (timer: number) => timer % o.policyDelay === 0;

  const computeTarget = makeTarget(targetActor, twins, o);
  const stepActor = makeActorStep(twins, actorOptimizer);

  const checkState = (state: unknown) => {
    const action = "go on from the state of td3";
    // That of `trainTd3` has more parts.
    const { networks, targets, optimizers, ahead } = takeRecord(action, "the state", state);
    for (const [name, part] of Object.entries({ networks, targets })) {
      const doing = `${action}, ${name}`;
      const all = takeParts(doing, part, ["actor", "q1", "q2"], "network");
      const { shapes } = name === "targets" ? targetActor : actor;
      checkTensors(`${doing}.actor`, all.actor, shapes, "parameter");
      twins.check(doing, all);
    }
    const names = ["actor", "critics", ...proxy === undefined ? [] : ["proxy"]];
    const states = takeParts(`${action}, optimizers`, optimizers, names, "optimizer");
    const [actorState] = names.map((name) =>
      takeRecord(action, `the state's optimizers.${name}`, states[name])
    );
    if (o.lag === 0) {
      if (ahead !== undefined) {
        fail(action, "it has a part ahead, expected td3 with lag: 1, which made it");
      }
      return;
    }
    checkAhead(action, ahead, actor);
    // Another thread may compute the step, in which an optimizer would refuse its state.
    checkAdamState(`${action}, optimizers.actor`, actorState, actor.shapes);
  };

  /** The batch for the critics, whose target a function computes. */
  const criticBatchOf = (
    targets: Td3Networks,
    batch: Batch,
    { keys, noise }: Update,
    compute: (input: TargetInput, key: Key) => Tensor,
  ): CriticBatch => {
    const { observation, action } = batch;
    const input = {
      targets,
      batch,
      noise: noise ?? normal(keys.noise, action.shape, { backend: action.backend }),
    };
    return { observation, action, target: compute(input, keys.target) };
  };

  /**
   * One update. Without a state of the actor's optimizer the actor stays as it is. Intermediate
   * results lie where those of the update before did, those of the critics' batch, too.
   */
  const learn = scoped(cpu, (
    { networks, targets, optimizers }: Learning,
    makeCriticBatch: () => CriticBatch,
    { timer, keys: { actor: actorKey } }: Update,
  ): [Learning, Td3Report] => {
    const batch = makeCriticBatch();
    const { observation } = batch;

    const before = { q1: networks.q1, q2: networks.q2 };
    const [criticLoss, grads] = twins.lossAndGrads(before, batch);
    const [critics, criticState] = criticOptimizer.update(before, grads, optimizers.critics);
    const after = { ...networks, ...critics };
    const states = { ...optimizers, critics: criticState };
    if (!isTurn(timer)) {
      const report = { criticLoss, actorLoss: undefined };
      return [{ networks: after, targets, optimizers: states }, report];
    }
    const step = optimizers.actor && stepActor(
      {
        params: actor.track?.(networks.actor, observation, { key: actorKey }) ?? networks.actor,
        optimizer: optimizers.actor,
        q1: critics.q1,
        observation,
      },
      actorAt(timer + 1),
      actorKey,
    );
    const next: Td3Networks = { actor: step?.params ?? networks.actor, ...critics };
    const report = { criticLoss, actorLoss: step?.loss };
    if (step) states.actor = step.optimizer;
    if (proxy === undefined || optimizers.proxy === undefined) {
      const followers = polyak(targets, next, o.polyak);
      return [{ networks: next, targets: followers, optimizers: states }, report];
    }
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
  });

  /** Makes the function of an update whose parts show later. */
  const makeLaggingUpdate = () => {
    const targetAhead = makeTargetAhead(targetActor, o.criticSizes, twins, o);
    const stepAhead = makeStepAhead(actor, o.criticSizes, twins, o.actorLearningRate);
    return (
      { networks, targets, optimizers: { actor: actorState, ...optimizers } }: Td3State,
      ahead: Td3Ahead,
      batch: Batch,
      update: Update,
    ): [Td3State, Td3Report] => {
      const { timer, keys } = update;
      const criticBatch = criticBatchOf(
        targets,
        batch,
        update,
        (input, key) => targetAhead(input, key, isTurn(timer)),
      );
      // The first update has none before it, and learns its own.
      const learned = ahead.criticBatch.target.size > 0 ? ahead.criticBatch : criticBatch;
      const shown = isTurn(timer) ? { ...networks, actor: ahead.actor } : networks;
      const learning = { networks: shown, targets, optimizers };
      const [after, report] = learn(learning, () => learned, update);
      if (!isTurn(timer)) {
        return [{
          ...after,
          optimizers: { actor: actorState, ...after.optimizers },
          ahead: { ...ahead, criticBatch },
        }, report];
      }
      const { params, optimizer, loss } = stepAhead(
        {
          params: shown.actor,
          optimizer: actorState,
          q1: after.networks.q1,
          observation: learned.observation,
        },
        actorAt(timer + 1),
        keys.actor,
      );
      return [{
        ...after,
        optimizers: { actor: optimizer, ...after.optimizers },
        ahead: { actor: params, actorLoss: loss, criticBatch },
      }, { ...report, actorLoss: actorState.step === 0 ? undefined : ahead.actorLoss }];
    };
  };
  const laggingUpdate = o.lag === 0 ? undefined : makeLaggingUpdate();

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
        critics: criticOptimizer.init(critics),
      };
      const ahead = o.lag === 1 && { ahead: initAhead(actor, params, placement) };
      if (proxy === undefined) return { networks, targets: networks, optimizers, ...ahead };
      const [proxyKey] = split(actorKey, 1);
      const target = proxy.actor.init(proxyKey, placement);
      return {
        networks,
        targets: { actor: target, ...critics },
        optimizers: { ...optimizers, proxy: proxy.start(target) },
        ...ahead,
      };
    },
    update: (state: Td3State, batch: Batch, options: Td3UpdateOptions) => {
      const doing = "update td3";
      const { timer, key, noise } = checkUpdate(doing, options, ["noise"]);
      checkState(state);
      checkBatch(batch, obsDim, actDim);
      checkNoise(doing, "noise", noise, batch.action);
      const { targets, ahead } = state;
      const update = { timer, noise, keys: keysOf(key) };
      if (laggingUpdate !== undefined && ahead !== undefined) {
        return laggingUpdate(state, ahead, batch, update);
      }
      const makeCriticBatch = () => criticBatchOf(targets, batch, update, computeTarget);
      return learn(state, makeCriticBatch, update) as [Td3State, Td3Report];
    },
  });
}

/** The keys of an update: of the noise, of the target actor and of the actor. */
function keysOf(key: Key): Update["keys"] {
  const [noise, target, actor] = split(key, 3);
  return { noise, target, actor };
}
