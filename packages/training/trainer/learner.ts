import type { ActorParams, BoundActor } from "@spikeloop/actor";
import { fail, refuse, takeRecord } from "@spikeloop/errors";
import { type Key, split } from "@spikeloop/random";
import { type NamedTree, reshape, scoped, Tensor, tensor } from "@spikeloop/tensor";
import type { AgentState, RolloutUpdateOptions, UpdateOptions, UpdateReport } from "../agent.ts";
import type { Rollout } from "../rollout.ts";
import { crossings } from "./crossings.ts";
import { copyFromDevice, copyToDevice, isHost, readAll } from "./device.ts";
import type { RunSettings, RunState } from "./run_state.ts";
import type { Steps } from "./steps.ts";

/** The updates of a step. */
export interface Updated {
  readonly losses: Readonly<Record<string, number>>;
  readonly observation: Tensor;
}

/** The result of updates on the device that computes them. */
interface Learned<S extends AgentState> {
  readonly learning: S;
  readonly reports: readonly UpdateReport[];
  readonly observation?: Tensor;
}

/** Does updates, one for each key, and calibrates if there is a key. */
type Burst<S extends AgentState> = (
  learning: S,
  timer: number,
  keys: readonly Key[],
  calibrationKey: Key | undefined,
) => Learned<S>;

/** Computes what an update has to read about a rollout. */
type Assess<S extends AgentState> = (
  learning: S,
  rollout: Rollout,
  options: UpdateOptions,
) => Readonly<Record<string, Tensor>> | undefined;

/** Learns from a rollout. */
type Study<S extends AgentState> = (
  learning: S,
  rollout: Rollout,
  options: RolloutUpdateOptions,
) => Learned<S>;

/**
 * Learns on the CPU or on a device, and keeps the parameters that act on the CPU. It changes what
 * the state of the run has learned.
 */
export class Learner<S extends AgentState> {
  readonly #settings: RunSettings<S>;
  readonly #state: RunState<S>;
  readonly #learn: Burst<S>;
  readonly #assess: Assess<S>;
  readonly #study: Study<S>;
  #acting: ActorParams | undefined;
  #bound: { readonly params: ActorParams; readonly actor: BoundActor } | undefined;

  /** Moves what has been learned to the device. */
  constructor(settings: RunSettings<S>, state: RunState<S>) {
    const { agent, backend } = settings;
    [this.#settings, this.#state] = [settings, state];
    const params = agent.policy(state.learning);
    this.#acting = Object.values(params).every((x) => isHost(x.backend)) ? params : undefined;
    state.learning = copyToDevice(state.learning, backend, "state");
    // On the CPU every update has a scope of its own: the next one uses its memory again.
    const scope = <A extends unknown[], R>(f: (...args: A) => R) =>
      isHost(backend) ? f : scoped(backend, f);
    this.#learn = scope((...args) => this.#burst(...args));
    this.#assess = scope((...args) =>
      agent.learnsFrom === "rollouts" ? agent.assess?.(...args) : undefined
    );
    this.#study = scope((...args) => this.#learnFromRollout(...args));
  }

  /**
   * The actor's parameters on the CPU.
   *
   * @throws {TypeError} if they have not been read from a device yet.
   */
  get acting(): ActorParams {
    const help = "they are still on the device; iterate over the trainer first";
    return this.#acting ?? fail("read the actor's parameters", help);
  }

  /** Reads the actor's parameters where that has not been done. */
  *prepare(): Steps<void> {
    this.#acting ??= yield* copyFromDevice(this.#settings.agent.policy(this.#state.learning));
  }

  /** The actor with the parameters of now, prepared once for every change. */
  get actor(): BoundActor {
    const params = this.acting;
    if (this.#bound?.params !== params) {
      this.#bound = { params, actor: this.#settings.agent.actor.bind(params) };
    }
    return this.#bound.actor;
  }

  /** Does the updates that are due after a step; undefined if there are none. */
  *update(step: number, updateKey: Key): Steps<Updated | undefined> {
    const { agent, updateAfter, updateEvery, calibrate } = this.#settings;
    const state = this.#state;
    const { memory } = state;
    if (agent.learnsFrom === "rollouts") {
      if (!("rollout" in memory) || !memory.rollout.isFull) return undefined;
      const { statistics } = memory;
      memory.statistics = memory.rollout.merged(statistics);
      const rollout = memory.rollout.take(statistics);
      const options = { timer: state.updates++, key: updateKey };
      const assessment = this.#assess(state.learning, rollout, options);
      if (assessment !== undefined) checkReturned(agent, "assess", assessment);
      const numbers = yield* readAll(Object.values(assessment ?? {}));
      const assessed = assessment &&
        Object.fromEntries(Object.keys(assessment).map((name, i) => [name, numbers[i]]));
      yield* this.#checkAssessed(assessed ?? {});
      return yield* this.#finish(this.#study(state.learning, rollout, { ...options, assessed }));
    }
    if (step <= updateAfter) return undefined;
    const count = crossings(state.step, step, updateEvery) * updateEvery;
    const isCalibrated = calibrate !== undefined &&
      crossings(state.step, step, calibrate.every) > 0;
    if (count === 0 && !isCalibrated) return undefined;
    const [calibrationKey] = isCalibrated ? split(updateKey, count + 1).slice(count) : [];
    const keys = count === 0 ? [] : split(updateKey, count);
    const learned = this.#learn(state.learning, state.updates, keys, calibrationKey);
    state.updates += count;
    return yield* this.#finish(learned);
  }

  /** Learns from a rollout. */
  #learnFromRollout(...[before, rollout, options]: Parameters<Study<S>>): Learned<S> {
    const { agent, backend } = this.#settings;
    if (agent.learnsFrom === "replay") return { learning: before, reports: [] };
    const [learning, report] = takeUpdated(agent, agent.update(before, rollout, options));
    const { observation } = rollout;
    const obsDim = observation.shape[2];
    const rows = reshape(observation, [observation.size / obsDim, obsDim]);
    return { learning, reports: [report], observation: copyToDevice(rows, backend, "rollout") };
  }

  /** Does updates out of the replay buffer, one for each key, and calibrates if there is a key. */
  #burst(...[learning, timer, keys, calibrationKey]: Parameters<Burst<S>>): Learned<S> {
    const { agent, backend, tasks, batchSize, calibrate } = this.#settings;
    const { memory } = this.#state;
    const reports: UpdateReport[] = [];
    let observation: Tensor | undefined;
    if (agent.learnsFrom === "rollouts" || !("replay" in memory)) return { learning, reports };
    const options = { backend, ...agent.returns, environments: tasks.length };
    for (const [i, burstKey] of keys.entries()) {
      const [sampleKey, key] = split(burstKey);
      const batch = memory.replay.sample(sampleKey, batchSize, options);
      const result = agent.update(learning, batch, { timer: timer + i, key });
      const [next, report] = takeUpdated(agent, result);
      learning = next;
      reports.push(report);
      observation = batch.observation;
    }
    if (calibrationKey !== undefined && calibrate !== undefined) {
      const [actKey, ...sampleKeys] = split(calibrationKey, 1 + calibrate.batches);
      const batches = sampleKeys.map((key) =>
        memory.replay.sample(key, batchSize, { backend }).observation
      );
      learning = agent.calibrate?.(learning, batches, actKey) ?? learning;
    }
    return { learning, reports, observation };
  }

  /**
   * Takes over a new state, and reads the losses and what acts, all together. A loss that is not
   * finite ends the run.
   */
  *#finish({ learning, reports, observation }: Learned<S>): Steps<Updated | undefined> {
    const { agent, backend } = this.#settings;
    const before = agent.policy(this.#state.learning);
    const params = agent.policy(learning);
    this.#state.learning = learning;
    const losses = reports.flatMap((report) =>
      Object.entries(report).filter((pair): pair is [string, Tensor] => pair[1] !== undefined)
    );
    const isCopied = !isHost(backend) && params !== before;
    const copied = isCopied ? Object.entries(params) : [];
    const numbers = yield* readAll([...losses, ...copied].map(([, x]) => x));
    if (isHost(backend)) this.#acting = params;
    else if (isCopied) {
      this.#acting = agent.actor.loadStateDict(Object.fromEntries(
        copied.map(([name, x], i) => [name, tensor(numbers[losses.length + i], x.shape)]),
      ));
    }
    const sums: Record<string, { sum: number; count: number }> = {};
    for (const [i, [name]] of losses.entries()) {
      const [value] = numbers[i];
      if (!Number.isFinite(value)) {
        const problem = `${name} is ${value} after ${this.#state.updates} updates`;
        this.#failNonFinite(problem, yield* this.#firstNonFinite());
      }
      const entry = sums[name] ??= { sum: 0, count: 0 };
      entry.sum += value;
      entry.count++;
    }
    const means = Object.entries(sums).map(([name, { sum, count }]) => [name, sum / count]);
    return observation && { losses: Object.fromEntries(means), observation };
  }

  /**
   * Ends the run if numbers for an update are not finite because a tensor of the state is not.
   * Other ones are the agent's to judge.
   */
  *#checkAssessed(assessed: Readonly<Record<string, Float32Array>>): Steps<void> {
    for (const [name, numbers] of Object.entries(assessed)) {
      const value = numbers.find((x) => !Number.isFinite(x));
      if (value === undefined) continue;
      const first = yield* this.#firstNonFinite();
      if (first === undefined) return;
      this.#failNonFinite(`${name} is ${value} before update ${this.#state.updates}`, first);
    }
  }

  *#firstNonFinite(): Steps<string | undefined> {
    return nameNonFinite(yield* copyFromDevice(this.#state.learning));
  }

  #failNonFinite(problem: string, first: string | undefined): never {
    const where = first === undefined ? "" : `; the first tensor that is not finite is ${first}`;
    const action = `train ${this.#settings.agent.name}`;
    return fail(action, `${problem}${where}; a lower learning rate may help`, RangeError);
  }
}

type Named = { readonly name: string };

/** Checks that a function of an agent has returned tensors by name; some may be missing. */
function checkReturned({ name }: Named, by: string, value: unknown): void {
  const action = `train ${name}`;
  for (const [key, x] of Object.entries(takeRecord(action, `the result of its ${by}`, value))) {
    if (x !== undefined && !(x instanceof Tensor)) {
      refuse(action, `${key} in the result of its ${by}`, x, "a tensor");
    }
  }
}

/** Checks the result of an agent's `update`. */
function takeUpdated<R extends readonly [AgentState, UpdateReport]>(agent: Named, result: R): R {
  if (!Array.isArray(result)) {
    refuse(`train ${agent.name}`, "the result of its update", result, "[state, losses]");
  }
  checkReturned(agent, "update", result[1]);
  return result;
}

/** The path to the first tensor of a tree on the CPU that has a number that is not finite. */
function nameNonFinite(tree: NamedTree, path = ""): string | undefined {
  if (tree instanceof Tensor) return tree.dataSync().every(Number.isFinite) ? undefined : path;
  if (typeof tree === "number") return Number.isFinite(tree) ? undefined : path;
  for (const [name, branch] of Object.entries(tree)) {
    const found = nameNonFinite(branch, path === "" ? name : `${path}.${name}`);
    if (found !== undefined) return found;
  }
  return undefined;
}
