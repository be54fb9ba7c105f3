import { type Actor, type ActorParams, type Box, isDiscrete } from "@spikeloop/actor";
import { batches } from "@spikeloop/data";
import { checkOptions, fail, refuse, takeCount, takeNumber, takeRecord } from "@spikeloop/errors";
import {
  crossEntropy,
  type LearningRate,
  meanSquaredError,
  type OptimizerState,
} from "@spikeloop/functional";
import { type Key, split, takeKey } from "@spikeloop/random";
import { reshape, Tensor, tensor, valueAndGrad } from "@spikeloop/tensor";
import type { Policy } from "../act.ts";
import { checkTensors } from "../check_tensors.ts";
import {
  emptyStatistics,
  mergeStatistics,
  normalizeVectors,
  type RunningStatistics,
  takeStatistics,
} from "../running_statistics.ts";
import { obsDimOf, takeActor } from "../take_actor.ts";
import { takeVector } from "../take_vector.ts";
import { adamOf } from "./adam_of.ts";

/** Vectors: a tensor [M, numbers], or a list of M arrays; numbers where a vector has one. */
export type Demonstrations = Tensor | readonly (number | ArrayLike<number>)[];

/** The state of cloning, from which it continues: a tree of tensors and numbers. */
export type CloningState = {
  /** The epochs so far. */
  readonly epoch: number;
  /** The actor's parameters. */
  readonly params: ActorParams;
  /** The state of the optimizer. */
  readonly optimizer: OptimizerState<ActorParams>;
};

/** The options of `behaviourCloning`. */
export interface CloningOptions {
  /** The network that learns to act. */
  readonly actor: Actor;
  /** Raw observations. */
  readonly observations: Demonstrations;
  /** The action after each of them; the number of the choice for an actor of choices. */
  readonly actions: Demonstrations;
  /** Draws parameters, and shuffles. */
  readonly key: Key;
  /** How often it goes through all pairs; 100 if missing. */
  readonly epochs?: number;
  /** Pairs per update; 64 if missing. */
  readonly batchSize?: number;
  /** The learning rate; 1e-3 if missing. */
  readonly learningRate?: LearningRate;
  /** Normalize the observations; those of the pairs if missing. */
  readonly statistics?: RunningStatistics;
  /** The first parameters; fresh ones if missing. Not with `resume`. */
  readonly params?: ActorParams;
  /** Goes on from the state of an earlier event, to the same bits, instead of from `params`. */
  readonly resume?: CloningState;
}

/** The result of an epoch. */
export interface CloningEvent {
  /** The number of the epoch, from 1. */
  readonly epoch: number;
  /** The mean loss of its updates. */
  readonly loss: number;
  /** The actor of now, which `act`, `evaluateActor` and `writeCheckpoint` take. */
  readonly policy: Policy;
  /** All that learning goes on with. */
  readonly state: CloningState;
}

const optionNames: readonly (keyof CloningOptions)[] = [
  "actor",
  "observations",
  "actions",
  "key",
  "epochs",
  "batchSize",
  "learningRate",
  "statistics",
  "params",
  "resume",
];

const action = "clone behaviour";

/**
 * Teaches an actor to act as pairs of observations and actions say, and yields every epoch. It
 * lowers
 *
 *     mean (actor(o) - a)²          in a box, without noise
 *     mean -log π(a | o)            of choices
 *
 * @throws {TypeError} if an option is unknown, missing or of the wrong kind, or the pairs do not
 * fit the actor or each other.
 * @throws {RangeError} if an option is out of range, a number is not finite, or an action is none
 * of the choices, or out of the actor's bounds.
 *
 * @example
 * ```ts
 * import { ilcSan } from "@spikeloop/actor";
 * import { act, behaviourCloning } from "@spikeloop/training";
 * import { key } from "@spikeloop/random";
 * import { assert } from "@std/assert";
 *
 * const observations = Array.from({ length: 64 }, (_, i) => [i / 32 - 1]);
 * const actions = observations.map(([o]) => [o / 2]); // the teacher
 * const actor = ilcSan({ obsDim: 1, actDim: 1, hiddenSizes: [16] });
 * const options = { actor, observations, actions, learningRate: 0.01, epochs: 30 };
 * const losses: number[] = [];
 * for (const { loss, policy } of behaviourCloning({ ...options, key: key(0) })) {
 *   losses.push(loss);
 *   assert(Math.abs(act(policy, [0.5])[0]) <= 1);
 * }
 * assert(losses[29] < losses[0] / 2);
 * ```
 */
export function behaviourCloning(options: CloningOptions): Generator<CloningEvent, void, void> {
  return clone(takeOptions(options));
}

function takeOptions(options: CloningOptions) {
  checkOptions(action, options, optionNames);
  const { epochs = 100, batchSize = 64, learningRate = 1e-3 } = options;
  const actor = takeActor(action, options.actor);
  const { actionSpace, head: { actDim } } = actor;
  const obsDim = obsDimOf(actor);
  const observations = takeRows("observations", options.observations, obsDim);
  const actions = takeRows("actions", options.actions, actDim);
  const rows = observations.length / obsDim;
  if (actions.length !== rows * actDim) {
    fail(action, `actions has length ${actions.length / actDim}, observations ${rows}`);
  }
  if (isDiscrete(actionSpace)) {
    actions.forEach((choice, i) =>
      takeNumber(action, `actions[${i}]`, choice, { min: 0, below: actionSpace.n, integer: true })
    );
  } else checkInBounds(actions, actionSpace);
  const statistics = options.statistics === undefined
    ? mergeStatistics(emptyStatistics(obsDim), observations, rows)
    : takeStatistics(action, options.statistics, obsDim);
  const { params, resume } = options;
  if (params !== undefined && resume !== undefined) {
    fail(action, "params have no effect where resume goes on, expected one of them");
  }
  if (params !== undefined) checkTensors(action, params, actor.shapes, "parameter");
  if (resume !== undefined) {
    const state = takeRecord(action, "resume", resume);
    checkOptions(`${action}, resume`, state, ["epoch", "params", "optimizer"], "part");
    takeCount(action, "resume.epoch", state.epoch, 0);
    checkTensors(`${action}, resume.params`, state.params, actor.shapes, "parameter");
  }
  return {
    actor,
    actions,
    rows,
    statistics,
    params,
    resume,
    observation: tensor(normalizeVectors(statistics, observations), [rows, obsDim]),
    key: takeKey(action, "key", options.key),
    epochs: takeCount(action, "epochs", epochs),
    batchSize: takeCount(action, "batchSize", batchSize),
    optimizer: adamOf(action, "learningRate", learningRate),
  };
}

function* clone(
  { actor, observation, actions, rows, statistics, ...o }: ReturnType<typeof takeOptions>,
): Generator<CloningEvent, void, void> {
  const isChoice = isDiscrete(actor.actionSpace);
  const { optimizer } = o;
  const lossAndGrads = valueAndGrad(
    (params: ActorParams, observation: Tensor, action: Tensor, key: Key): Tensor => {
      const distribution = isChoice &&
        actor.distribution?.(params, observation, { key, training: true });
      return distribution && "logits" in distribution
        ? crossEntropy(distribution.logits, reshape(action, [action.size]))
        : meanSquaredError(actor.apply(params, observation, { key, training: true }), action);
    },
  );
  const data = { observation, action: tensor(actions, [rows, actor.head.actDim]) };
  const [initKey, firstKey] = split(o.key);
  const fresh = () => {
    const params = o.params ?? actor.init(initKey);
    return { epoch: 0, params, optimizer: optimizer.init(params) };
  };
  let state: CloningState = o.resume ?? fresh();
  let key = firstKey;
  for (let epoch = 1; epoch <= o.epochs; epoch++) {
    const [nextKey, orderKey, actKey] = split(key, 3);
    key = nextKey;
    if (epoch <= state.epoch) continue;
    let [sum, count, drawKey] = [0, 0, actKey];
    let { params, optimizer: optimizerState } = state;
    for (const batch of batches(data, { batchSize: o.batchSize, key: orderKey })) {
      const keys = split(drawKey);
      drawKey = keys[0];
      const [loss, grads] = lossAndGrads(params, batch.observation, batch.action, keys[1]);
      [params, optimizerState] = optimizer.update(params, grads, optimizerState);
      sum += loss.item();
      count++;
    }
    params = actor.calibrate?.(params, [observation], { key: drawKey }) ?? params;
    state = { epoch, params: actor.loadStateDict(params), optimizer: optimizerState };
    const policy = { actor, params: state.params, statistics };
    yield { epoch, loss: sum / count, policy, state };
  }
}

/** Refuses actions that the actor cannot do: its loss could not get near 0. */
function checkInBounds(actions: Float32Array, { low, high }: Box): void {
  actions.forEach((x, i) => {
    const component = i % low.length;
    const [least, most] = [low[component], high[component]];
    if (x >= Math.fround(least) && x <= Math.fround(most)) return;
    const problem = `component ${component} of actions[${Math.floor(i / low.length)}] is ${x}, ` +
      `out of the actor's bounds from ${least} to ${most}`;
    fail(action, `${problem}; limit them as the task does, or scale them`, RangeError);
  });
}

/** The numbers of vectors, laid end to end. */
function takeRows(name: string, value: unknown, width: number): Float32Array {
  if (value instanceof Tensor) {
    if (value.shape.length !== 2 || value.shape[1] !== width || value.shape[0] === 0) {
      fail(action, `${name} have shape [${value.shape.join(", ")}], expected [M, ${width}]`);
    }
    return Float32Array.from(takeVector(action, name, value.dataSync()));
  }
  if (!Array.isArray(value) || value.length === 0) {
    return refuse(action, name, value, "a list of at least one vector, or a tensor");
  }
  const numbers = new Float32Array(value.length * width);
  value.forEach((row, i) => {
    const vector = typeof row === "number" ? [row] : row;
    numbers.set(takeVector(action, `${name}[${i}]`, vector, width), i * width);
  });
  return numbers;
}
