import { type ActorParams, isDiscrete, type Space } from "@spikeloop/actor";
import { type Key, normal, randint, split } from "@spikeloop/random";
import { actionBounds } from "../action_bounds.ts";
import { callEach } from "../after.ts";
import type { AgentState, Exploration, Sampled } from "../agent.ts";
import type { Transition } from "../environment.ts";
import { normalizeVectors, type RunningStatistics } from "../running_statistics.ts";
import { actionFor } from "../take_actor.ts";
import type { EpisodeEvent } from "./events.ts";
import { Learner, type Updated } from "./learner.ts";
import { noEpisode, type OpenEpisode, type RunSettings, type RunState } from "./run_state.ts";
import { type Steps, waitAll } from "./steps.ts";

/** An episode that ended with a step. */
type EndedEpisode = Omit<EpisodeEvent, "type" | "step">;

/** The result of one step of every environment: updates only where it had some. */
export interface StepReport extends Partial<Updated> {
  readonly episodes: readonly EndedEpisode[];
}

/** A run of training: environments, an agent, and all that changes. It goes step by step. */
export class TrainingRun<S extends AgentState> {
  readonly state: RunState<S>;
  readonly #settings: RunSettings<S>;
  readonly #draw: (key: Key) => Float32Array;
  readonly #learner: Learner<S>;

  /** Takes the state, which it changes. */
  constructor(settings: RunSettings<S>, state: RunState<S>) {
    this.#settings = settings;
    this.state = state;
    this.#draw = drawingOf(settings.agent.actor.actionSpace);
    this.#learner = new Learner(settings, state);
  }

  /** The statistics that normalize observations. */
  get statistics(): RunningStatistics {
    const { memory } = this.state;
    return "replay" in memory ? memory.replay.statistics : memory.statistics;
  }

  /** The actor's parameters on the CPU; an error if they have not been read from a device yet. */
  get acting(): ActorParams {
    return this.#learner.acting;
  }

  /**
   * Does one step of every environment, and the updates that are due. If it fails, or is given up
   * while it waits, nobody knows how far the environments got: the next step starts new episodes.
   */
  *advance(): Steps<StepReport> {
    const { openEpisodes } = this.state;
    this.state.openEpisodes = openEpisodes.map(() => noEpisode);
    const { report, openEpisodes: next } = yield* this.#step(openEpisodes);
    this.state.openEpisodes = next;
    return report;
  }

  *#step(
    before: readonly OpenEpisode[],
  ): Steps<{ readonly report: StepReport; readonly openEpisodes: readonly OpenEpisode[] }> {
    const { state } = this;
    const { tasks } = this.#settings;
    yield* this.#learner.prepare();
    const [nextKey, resetKey, actKey, noiseKey, updateKey] = split(state.stepKey, 5);
    const each = (key: Key) => tasks.length === 1 ? [key] : split(key, tasks.length);
    const [resetKeys, actKeys, noiseKeys] = [resetKey, actKey, noiseKey].map(each);
    const step = state.step + tasks.length;
    const observations = yield* waitAll(
      callEach(tasks, (task, i) => before[i].observation ?? task.reset(resetKeys[i])),
    );
    const noises = tasks.map((_, i) => this.#noise(noiseKeys[i], before[i].noise));
    const choices = observations.map((observation, i) =>
      this.#choose(step, observation, noises[i], actKeys[i])
    );
    const results = yield* waitAll(
      callEach(tasks, (task, i) => task.step(actionFor(task.actionSpace, choices[i].action))),
    );
    this.#store(observations, choices, results, before);
    const updated = yield* this.#learner.update(step, updateKey);

    const episodes: EndedEpisode[] = [];
    const openEpisodes = results.map((result, i) => {
      const { total, length } = before[i];
      const episode = {
        observation: result.observation,
        total: total + result.reward,
        length: length + 1,
        noise: this.#settings.noiseCorrelation === 0 ? undefined : Array.from(noises[i]),
      };
      if (!result.terminated && !result.truncated) return episode;
      episodes.push({ environment: i, return: episode.total, length: episode.length });
      return noEpisode;
    });
    [state.step, state.stepKey] = [step, nextKey];
    const report = { episodes, ...updated };
    return { report, openEpisodes };
  }

  /** Standard normal numbers for an action: n' = ρ n + √(1 - ρ²) ε. */
  #noise(key: Key, before: readonly number[] | undefined): ArrayLike<number> {
    const { actionSpace, head } = this.#settings.agent.actor;
    if (isDiscrete(actionSpace)) return [];
    const fresh = normal(key, [head.actDim]).dataSync();
    const { noiseCorrelation: rho } = this.#settings;
    if (before === undefined || rho === 0) return fresh;
    const rest = Math.sqrt(1 - rho * rho);
    return before.map((x, i) => rho * x + rest * fresh[i]);
  }

  #choose(
    step: number,
    observation: readonly number[],
    noise: ArrayLike<number>,
    key: Key,
  ): Sampled {
    const { agent, startSteps, deviations } = this.#settings;
    if (agent.learnsFrom === "replay" && step <= startSteps) {
      const action = this.#draw(key);
      return { action, sample: action };
    }
    const normalized = normalizeVectors(this.statistics, observation);
    const exploration: Exploration = { key, noise, deviations: deviations(step) };
    if (agent.learnsFrom === "rollouts") {
      return agent.explore(this.#learner.actor, normalized, exploration);
    }
    const action = agent.explore(this.#learner.actor, normalized, exploration);
    return { action, sample: action };
  }

  #store(
    observations: readonly (readonly number[])[],
    choices: readonly Sampled[],
    results: readonly Transition[],
    before: readonly OpenEpisode[],
  ): void {
    const { memory } = this.state;
    const steps = results.map(({ observation, ...result }, i) => ({
      ...result,
      observation: observations[i],
      sample: choices[i].sample,
      nextObservation: observation,
      starts: before[i].observation === undefined,
    }));
    if ("rollout" in memory) return memory.rollout.push(steps);
    for (const { observation, sample, reward, nextObservation, terminated, starts } of steps) {
      memory.replay.store({
        observation,
        action: sample,
        reward,
        nextObservation,
        done: terminated,
        starts,
      });
    }
  }
}

/** The function that draws actions evenly. */
function drawingOf(space: Space): (key: Key) => Float32Array {
  if (isDiscrete(space)) return (key) => randint(key, [1], { min: 0, max: space.n }).dataSync();
  return actionBounds(space).draw;
}
