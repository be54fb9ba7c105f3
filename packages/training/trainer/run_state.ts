import type { Space } from "@spikeloop/actor";
import type { Backend } from "@spikeloop/backend";
import type { Key } from "@spikeloop/random";
import type { Agent, AgentState } from "../agent.ts";
import type { AsyncEnvironment } from "../environment.ts";
import type { ReplayBuffer } from "../replay_buffer.ts";
import type { RunningStatistics } from "../running_statistics.ts";
import type { RolloutMemory } from "./rollout_memory.ts";

/** The unchanging part of a run. */
export interface RunSettings<S extends AgentState> {
  readonly agent: Agent<S>;
  readonly tasks: readonly AsyncEnvironment<Space>[];
  /** Holds the networks, and computes the updates. */
  readonly backend: Backend;
  /** Experiences per update out of a replay buffer. */
  readonly batchSize: number;
  /** Random steps before the actor acts. */
  readonly startSteps: number;
  /** Steps before the first update. */
  readonly updateAfter: number;
  /** Updates come in bursts after so many steps. */
  readonly updateEvery: number;
  /** When the actor's statistics are made anew; undefined where it has none. */
  readonly calibrate: { readonly every: number; readonly batches: number } | undefined;
  /** The standard deviations of noise on the numbers of an action in a step (1, 2, ...). */
  readonly deviations: (step: number) => readonly number[];
  /** The correlation of the noise of one step and the next. */
  readonly noiseCorrelation: number;
}

/** The episode that goes on in one environment. */
export interface OpenEpisode {
  /** The last observation; undefined if the next step starts an episode. */
  readonly observation: readonly number[] | undefined;
  /** The sum of the rewards so far. */
  readonly total: number;
  /** The steps so far. */
  readonly length: number;
  /** The noise of the last step. */
  readonly noise: readonly number[] | undefined;
}

/** No episode goes on: the next step starts one. */
export const noEpisode: OpenEpisode = Object.freeze({
  observation: undefined,
  total: 0,
  length: 0,
  noise: undefined,
});

/** The steps since the last update, and the statistics that normalize observations. */
export interface RolloutRunMemory {
  readonly rollout: RolloutMemory;
  statistics: RunningStatistics;
}

/** The experiences of a run. */
export type RunMemory = { readonly replay: ReplayBuffer } | RolloutRunMemory;

/** All that changes while a run goes on, besides the states of the environments. */
export interface RunState<S extends AgentState> {
  learning: S;
  step: number;
  updates: number;
  stepKey: Key;
  openEpisodes: readonly OpenEpisode[];
  readonly memory: RunMemory;
}
