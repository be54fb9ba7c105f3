import type { Space } from "@spikeloop/actor";
import type { Backend } from "@spikeloop/backend";
import type { Key } from "@spikeloop/random";
import type { Agent, AgentState } from "../agent.ts";
import type { AsyncEnvironment } from "../environment.ts";
import type { AsyncVectorEnvironment } from "../environments/vector_environment.ts";
import type { RunningStatistics } from "../running_statistics.ts";
import type { RunSettings } from "./run_state.ts";

/** A function that makes an environment. */
export type EnvironmentFactory = () => AsyncEnvironment<Space>;

/** The evaluations of a training. */
export interface TrainerEvaluation {
  /** The actor is evaluated after every so many steps, and at the end. */
  readonly every: number;
  /** The episodes of an evaluation, which run side by side; 10 if missing. */
  readonly episodes?: number;
  /** Makes the task; if missing, `environment` of the training, where this is a function. */
  readonly environment?: EnvironmentFactory;
  /**
   * Draws the first states, the same ones in every evaluation; a part of the trainer's key if
   * missing.
   */
  readonly key?: Key;
  /** The most steps of an episode; those of the environment, but at most 10,000, if missing. */
  readonly maxSteps?: number;
}

/** The checkpoints of a training. */
export interface TrainerCheckpoints {
  /** One after every so many steps, and one at the end. */
  readonly every: number;
  /**
   * Writes the bytes of `save()`. If missing, the event tells that it is time to call `save()`. A
   * write that fails ends the iteration with its error; a new iteration tries again.
   */
  readonly write?: (bytes: Uint8Array<ArrayBuffer>, step: number) => void | Promise<void>;
}

/** When an actor with batch normalization gets its statistics anew. */
export interface TrainerCalibration {
  /** After every so many steps; 5,000 if missing. */
  readonly every?: number;
  /** So many batches out of the replay buffer; 100 if missing. */
  readonly batches?: number;
}

/** The options of `trainer`. */
export interface TrainerOptions<S extends AgentState> {
  /**
   * The task, several of them out of `vectorized`, or a function that makes one. Its methods may
   * return promises; iterate with `for await` then.
   */
  readonly environment:
    | AsyncEnvironment<Space>
    | AsyncVectorEnvironment<Space>
    | EnvironmentFactory;
  /** The algorithm with its actor, such as `td3({ actor })`. */
  readonly agent: Agent<S>;
  /** Draws all random numbers. */
  readonly key: Key;
  /**
   * Holds the networks and computes the updates, such as `await webgpu()`; the CPU if missing.
   * Environments and acting stay on the CPU: with a copy of the actor's parameters, which is read
   * from a device after the updates of a step, together with their losses. Such a read costs some
   * milliseconds however much it reads, so give a large `updateEvery` as well. An agent that learns
   * from rollouts may read once more for each of them. On a device iterate with `for await`, and
   * save with `checkpoint.write` or `saveAsync()`.
   */
  readonly backend?: Backend;
  /**
   * The steps of all environments together, those before a `load` included: none, or enough for the
   * first update. Several environments step together, and end with the step that reaches them.
   */
  readonly steps: number;
  /**
   * The state of the agent to start with, on the CPU or on `backend`, such as one of an earlier
   * task; fresh if missing.
   */
  readonly state?: S;
  /** The statistics of observations to start with; empty if missing. */
  readonly statistics?: RunningStatistics;
  /** Evaluations; none if missing. */
  readonly evaluate?: TrainerEvaluation;
  /** Checkpoints; none if missing. */
  readonly checkpoint?: TrainerCheckpoints;
  /** Calibrations of an actor with batch normalization; those of the defaults if missing. */
  readonly calibrate?: TrainerCalibration;
  /** Ends the iteration after the step in which it is aborted; a new one goes on. */
  readonly signal?: AbortSignal;
  /**
   * One of so many `update` events has firing rates, Q values and the share of saturated actions;
   * 100 if missing.
   */
  readonly measureEvery?: number;
  /** Experiences per update out of the replay buffer; 100 if missing. */
  readonly batchSize?: number;
  /** Random steps before the actor acts; 1,000 if missing. */
  readonly startSteps?: number;
  /** Steps before the first update; 1,000 if missing. */
  readonly updateAfter?: number;
  /** Updates come in bursts: after every so many steps, as many updates; 1 if missing. */
  readonly updateEvery?: number;
  /** The size of the replay buffer; a million if missing. */
  readonly replaySize?: number;
  /**
   * The standard deviation of noise on the actions of a deterministic actor, or a function of the
   * step (1, 2, ...) that returns it, such as `linearDecay({ ... })`; 0.1 if missing.
   */
  readonly actNoise?: number | ((step: number) => number);
  /**
   * Whether `actNoise` is in units of half the range of each action. If missing, as the agent's
   * options say, or false.
   */
  readonly scaleNoise?: boolean;
  /**
   * The correlation of the noise of one step and the next, from 0 to below 1; 0 if missing. Tasks
   * with little thrust, such as mountain car, need noise that lasts.
   */
  readonly noiseCorrelation?: number;
}

/** The options that only agents with a replay buffer have. */
export const replayNames = [
  "batchSize",
  "startSteps",
  "updateAfter",
  "updateEvery",
  "replaySize",
  "actNoise",
  "scaleNoise",
] as const satisfies readonly (keyof TrainerOptions<AgentState>)[];

/** The names of all options. */
export const optionNames: readonly (keyof TrainerOptions<AgentState>)[] = [
  "environment",
  "agent",
  "key",
  "backend",
  "steps",
  "state",
  "statistics",
  "evaluate",
  "checkpoint",
  "calibrate",
  "signal",
  "measureEvery",
  "noiseCorrelation",
  ...replayNames,
];

/** The options of a trainer after their check. */
export interface TrainerPlan<S extends AgentState> {
  readonly settings: RunSettings<S>;
  readonly replaySize: number;
  readonly steps: number;
  readonly initKey: Key;
  /** The state to start with, and the statistics; undefined for fresh ones. */
  readonly state: S | undefined;
  readonly statistics: RunningStatistics | undefined;
  readonly firstKey: Key;
  readonly evaluate:
    | Required<Omit<TrainerEvaluation, "maxSteps">> & Pick<TrainerEvaluation, "maxSteps">
    | undefined;
  readonly checkpoint: TrainerCheckpoints | undefined;
  readonly signal: AbortSignal | undefined;
  readonly measureEvery: number;
}
