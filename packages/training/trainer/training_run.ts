import { type ActorParams, type BoundActor, isDiscrete, type Space } from "@spikeloop/actor";
import { fail } from "@spikeloop/errors";
import { type Key, normal, randint, split } from "@spikeloop/random";
import { reshape, type Tensor } from "@spikeloop/tensor";
import { actionBounds } from "../action_bounds.ts";
import type { Agent, AgentState, Exploration, UpdateReport } from "../agent.ts";
import type { AsyncEnvironment, Transition } from "../environment.ts";
import type { ReplayBuffer } from "../replay_buffer.ts";
import { normalizeVectors, type RunningStatistics } from "../running_statistics.ts";
import { actionFor } from "../take_actor.ts";
import { nameNonFinite } from "./name_non_finite.ts";
import type { RolloutMemory } from "./rollout_memory.ts";
import { type Steps, waitAll } from "./steps.ts";

/** The unchanging part of a run. */
export interface RunSettings<S extends AgentState> {
  readonly agent: Agent<S>;
  readonly tasks: readonly AsyncEnvironment<Space>[];
  /** Experiences per update out of a replay buffer. */
  readonly batchSize: number;
  /** Random steps before the actor acts. */
  readonly startSteps: number;
  /** Steps before the first update. */
  readonly updateAfter: number;
  /** Updates come in bursts after so many steps. */
  readonly updateEvery: number;
  /** The standard deviations of noise on the numbers of an action in a step (1, 2, ...). */
  readonly deviations: (step: number) => readonly number[];
  /** The correlation of the noise of one step and the next. */
  readonly noiseCorrelation: number;
}

/** The episode that goes on in one environment. */
export interface Seat {
  /** The last observation; undefined if the next step starts an episode. */
  readonly observation: readonly number[] | undefined;
  /** The sum of the rewards so far. */
  readonly total: number;
  /** The steps so far. */
  readonly length: number;
  /** The noise of the last step. */
  readonly noise: readonly number[] | undefined;
}

/** A seat in which the next step starts an episode. */
export const emptySeat: Seat = Object.freeze({
  observation: undefined,
  total: 0,
  length: 0,
  noise: undefined,
});

/** The experiences of a run. */
export type RunMemory =
  | { readonly replay: ReplayBuffer }
  | { readonly rollout: RolloutMemory; statistics: RunningStatistics };

/** All that changes while a run goes on, besides the states of the environments. */
export interface RunState<S extends AgentState> {
  learning: S;
  step: number;
  updates: number;
  stepKey: Key;
  seats: readonly Seat[];
  readonly memory: RunMemory;
}

/** An episode that ended with a step. */
export interface EndedEpisode {
  /** The number of the environment, from 0. */
  readonly environment: number;
  /** The sum of its rewards. */
  readonly return: number;
  /** Its steps. */
  readonly length: number;
}

/** The result of one step of every environment. */
export interface StepReport {
  readonly episodes: readonly EndedEpisode[];
  /** The mean losses of the updates of this step; undefined if there were none. */
  readonly losses: Readonly<Record<string, number>> | undefined;
  /** Normalized observations of the last of them, [B, obsDim]. */
  readonly observation: Tensor | undefined;
}

/** A run of training: environments, an agent, and all that changes. It goes step by step. */
export class TrainingRun<S extends AgentState> {
  readonly settings: RunSettings<S>;
  readonly state: RunState<S>;
  readonly #draw: (key: Key) => Float32Array;
  #bound: { readonly params: ActorParams; readonly actor: BoundActor } | undefined;

  /** Takes the state, which it changes. */
  constructor(settings: RunSettings<S>, state: RunState<S>) {
    this.settings = settings;
    this.state = state;
    this.#draw = drawingOf(settings.agent.actor.actionSpace);
  }

  /** The statistics that normalize observations. */
  get statistics(): RunningStatistics {
    const { memory } = this.state;
    return "replay" in memory ? memory.replay.statistics : memory.statistics;
  }

  /** The actor with the parameters of now, prepared once for every change. */
  #actor(): BoundActor {
    const { agent } = this.settings;
    const params = agent.policy(this.state.learning);
    if (this.#bound?.params !== params) this.#bound = { params, actor: agent.actor.bind(params) };
    return this.#bound.actor;
  }

  /** Does one step of every environment, and the updates that are due. */
  *advance(): Steps<StepReport> {
    const { state } = this;
    const { tasks } = this.settings;
    const [nextKey, resetKey, actKey, noiseKey, updateKey] = split(state.stepKey, 5);
    const each = (key: Key) => tasks.length === 1 ? [key] : split(key, tasks.length);
    const [resetKeys, actKeys, noiseKeys] = [resetKey, actKey, noiseKey].map(each);
    const step = state.step + tasks.length;
    const observations = yield* waitAll(
      tasks.map((task, i) => state.seats[i].observation ?? task.reset(resetKeys[i])),
    );
    const noises = tasks.map((_, i) => this.#noise(noiseKeys[i], state.seats[i].noise));
    const choices = observations.map((observation, i) =>
      this.#choose(step, observation, noises[i], actKeys[i])
    );
    const results = yield* waitAll(
      tasks.map((task, i) => task.step(actionFor(task.actionSpace, choices[i].action))),
    );
    this.#store(observations, choices, results);
    const updated = this.#update(step, updateKey);

    const episodes: EndedEpisode[] = [];
    state.seats = results.map((result, i) => {
      const { total, length } = state.seats[i];
      const seat = {
        observation: result.observation,
        total: total + result.reward,
        length: length + 1,
        noise: this.settings.noiseCorrelation === 0 ? undefined : Array.from(noises[i]),
      };
      if (!result.terminated && !result.truncated) return seat;
      episodes.push({ environment: i, return: seat.total, length: seat.length });
      return emptySeat;
    });
    [state.step, state.stepKey] = [step, nextKey];
    return { episodes, losses: updated?.losses, observation: updated?.observation };
  }

  /** Standard normal numbers for an action: n' = ρ n + √(1 - ρ²) ε. */
  #noise(key: Key, before: readonly number[] | undefined): ArrayLike<number> {
    const { actionSpace, head } = this.settings.agent.actor;
    if (isDiscrete(actionSpace)) return [];
    const fresh = normal(key, [head.actDim]).dataSync();
    const { noiseCorrelation: rho } = this.settings;
    if (before === undefined || rho === 0) return fresh;
    const rest = Math.sqrt(1 - rho * rho);
    return before.map((x, i) => rho * x + rest * fresh[i]);
  }

  #choose(
    step: number,
    observation: readonly number[],
    noise: ArrayLike<number>,
    key: Key,
  ): { readonly action: Float32Array; readonly sample: Float32Array } {
    const { agent, startSteps, deviations } = this.settings;
    if (agent.learnsFrom === "replay" && step <= startSteps) {
      const action = this.#draw(key);
      return { action, sample: action };
    }
    const normalized = normalizeVectors(this.statistics, observation);
    const exploration: Exploration = { key, noise, deviations: deviations(step) };
    if (agent.learnsFrom === "rollouts") {
      return agent.explore(this.#actor(), normalized, exploration);
    }
    const action = agent.explore(this.#actor(), normalized, exploration);
    return { action, sample: action };
  }

  #store(
    observations: readonly (readonly number[])[],
    choices: readonly { readonly sample: Float32Array }[],
    results: readonly Transition[],
  ): void {
    const { memory } = this.state;
    const steps = results.map(({ observation, ...result }, i) => ({
      ...result,
      observation: observations[i],
      sample: choices[i].sample,
      nextObservation: observation,
    }));
    if ("rollout" in memory) return memory.rollout.push(steps);
    for (const { observation, sample, reward, nextObservation, terminated } of steps) {
      memory.replay.store({
        observation,
        action: sample,
        reward,
        nextObservation,
        done: terminated,
      });
    }
  }

  /** Does the updates that are due after a step; undefined if there are none. */
  #update(
    step: number,
    updateKey: Key,
  ): { losses: Record<string, number>; observation: Tensor } | undefined {
    const { agent, tasks, batchSize, updateAfter, updateEvery } = this.settings;
    const { state } = this;
    const { memory } = state;
    if (agent.learnsFrom === "rollouts") {
      if (!("rollout" in memory) || !memory.rollout.isFull) return undefined;
      const { statistics } = memory;
      memory.statistics = memory.rollout.merged(statistics);
      const rollout = memory.rollout.take(statistics);
      const options = { timer: state.updates++, key: updateKey };
      const [next, report] = agent.update(state.learning, rollout, options);
      state.learning = next;
      const { observation } = rollout;
      const obsDim = observation.shape[2];
      return {
        losses: this.#means([report]),
        observation: reshape(observation, [observation.size / obsDim, obsDim]),
      };
    }
    const bursts = Math.floor(step / updateEvery) - Math.floor(state.step / updateEvery);
    if (step <= updateAfter || bursts === 0 || !("replay" in memory)) return undefined;
    const reports: UpdateReport[] = [];
    let observation: Tensor | undefined;
    for (const burstKey of split(updateKey, bursts * updateEvery)) {
      const [sampleKey, key] = split(burstKey);
      const batch = memory.replay.sample(sampleKey, batchSize, {
        ...agent.returns,
        environments: tasks.length,
      });
      const options = { timer: state.updates++, key };
      const [next, report] = agent.update(state.learning, batch, options);
      state.learning = next;
      reports.push(report);
      observation = batch.observation;
    }
    return observation && { losses: this.#means(reports), observation };
  }

  /** The mean of every loss. A loss that is not finite ends the run. */
  #means(reports: readonly UpdateReport[]): Record<string, number> {
    const sums: Record<string, { sum: number; count: number }> = {};
    for (const report of reports) {
      for (const [name, loss] of Object.entries(report)) {
        if (loss === undefined) continue;
        const value = loss.item();
        if (!Number.isFinite(value)) this.#failNonFinite(name, value);
        const entry = sums[name] ??= { sum: 0, count: 0 };
        entry.sum += value;
        entry.count++;
      }
    }
    const means = Object.entries(sums).map(([name, { sum, count }]) => [name, sum / count]);
    return Object.fromEntries(means);
  }

  #failNonFinite(name: string, value: number): never {
    const { learning, updates } = this.state;
    const first = nameNonFinite(learning);
    const where = first === undefined ? "" : `; the first tensor that is not finite is ${first}`;
    return fail(
      `train ${this.settings.agent.name}`,
      `${name} is ${value} after ${updates} updates${where}; a lower learning rate may help`,
      RangeError,
    );
  }
}

/** The function that draws actions evenly. */
function drawingOf(space: Space): (key: Key) => Float32Array {
  if (isDiscrete(space)) return (key) => randint(key, [1], { min: 0, max: space.n }).dataSync();
  return actionBounds(space).draw;
}
