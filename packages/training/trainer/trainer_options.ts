import type { Space } from "@spikeloop/actor";
import type { Backend } from "@spikeloop/backend";
import { cpu } from "@spikeloop/cpu";
import {
  checkOptions,
  fail,
  isRecord,
  refuse,
  takeCount,
  takeFlag,
  takeFunction,
  takeNumber,
  takeText,
} from "@spikeloop/errors";
import { type Key, split, takeKey } from "@spikeloop/random";
import { actionBounds } from "../action_bounds.ts";
import type { Agent, AgentState } from "../agent.ts";
import type { AsyncEnvironment } from "../environment.ts";
import type { AsyncVectorEnvironment } from "../environments/vector_environment.ts";
import { guardAsync } from "../guard_environment.ts";
import { isDiscrete } from "../space.ts";
import { type RunningStatistics, takeStatistics } from "../running_statistics.ts";
import { checkFit, obsDimOf, takeActor } from "../take_actor.ts";
import { isHost } from "./device.ts";
import type { RunSettings } from "./run_state.ts";

/** A function that makes an environment. */
export type EnvironmentFactory = () => AsyncEnvironment<Space>;

/** The evaluations of a training. */
export interface TrainerEvaluation {
  /** The actor is evaluated after every so many steps, and at the end. */
  readonly every: number;
  /** The episodes of an evaluation, which run side by side; 10 if missing. */
  readonly episodes?: number;
  /** Makes the task; that of the training if missing, where this is a function. */
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
   * milliseconds however much it reads, so give a large `updateEvery` as well. On a device iterate
   * with `for await`, and save with `checkpoint.write` or `saveAsync()`.
   */
  readonly backend?: Backend;
  /** The steps of all environments together, those before a `load` included. */
  readonly steps: number;
  /** The state of the agent to start with, such as one of an earlier task; fresh if missing. */
  readonly state?: S;
  /** The statistics of observations to start with; empty if missing. */
  readonly statistics?: RunningStatistics;
  /** Evaluations; none if missing. */
  readonly evaluate?: TrainerEvaluation;
  /** Checkpoints; none if missing. */
  readonly checkpoint?: TrainerCheckpoints;
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
   * Whether `actNoise` is in units of half the range of each action; that of the agent's options,
   * or false, if missing.
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

const optionNames: readonly (keyof TrainerOptions<AgentState>)[] = [
  "environment",
  "agent",
  "key",
  "backend",
  "steps",
  "state",
  "statistics",
  "evaluate",
  "checkpoint",
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

/** Checks the options and fills in the defaults. */
export function takeTrainerOptions<S extends AgentState>(
  action: string,
  options: TrainerOptions<S>,
): TrainerPlan<S> {
  checkOptions(action, options, optionNames);
  const agent = takeAgent(action, options.agent);
  const isReplay = agent.learnsFrom === "replay";
  const extra = replayNames.find((name) => !isReplay && options[name] !== undefined);
  if (extra !== undefined) {
    fail(action, `${extra} is of agents with a replay buffer, which ${agent.name} has not`);
  }
  const { environment } = options;
  const tasks = takeTasks(action, environment);
  for (const task of tasks) checkFit(action, agent.actor, task);
  const [initKey, firstKey, evaluationKey] = split(takeKey(action, "key", options.key), 3);
  const { state, statistics } = options;
  if (state !== undefined) agent.checkState(state);
  const { batchSize = 100, startSteps = 1000, updateAfter = 1000, updateEvery = 1 } = options;
  const { actNoise = 0.1, noiseCorrelation = 0 } = options;
  const { scaleNoise = scaleNoiseOf(agent) } = options;
  return {
    settings: {
      agent,
      tasks,
      backend: takeBackend(action, agent, options.backend),
      batchSize: takeNumber(action, "batchSize", batchSize, {
        min: 1,
        max: 2 ** 24,
        integer: true,
      }),
      startSteps: takeCount(action, "startSteps", startSteps, 0),
      updateAfter: takeCount(action, "updateAfter", updateAfter, 0),
      updateEvery: takeCount(action, "updateEvery", updateEvery),
      deviations: deviationsOf(action, agent, actNoise, scaleNoise),
      noiseCorrelation: takeNumber(action, "noiseCorrelation", noiseCorrelation, {
        min: 0,
        below: 1,
      }),
    },
    replaySize: takeCount(action, "replaySize", options.replaySize ?? 1e6),
    steps: takeCount(action, "steps", options.steps, 0),
    initKey,
    firstKey,
    state,
    statistics: statistics && takeStatistics(action, statistics, obsDimOf(agent.actor)),
    evaluate: takeEvaluation(action, options, evaluationKey),
    checkpoint: takeCheckpoints(action, options.checkpoint),
    signal: takeSignal(action, options.signal),
    measureEvery: takeCount(action, "measureEvery", options.measureEvery ?? 100),
  };
}

/**
 * Checks the noise on actions, and returns the standard deviations for the numbers of an action as
 * a function of the step.
 */
export function deviationsOf<S extends AgentState>(
  action: string,
  { actor }: Agent<S>,
  noise: number | ((step: number) => number),
  isScaled: boolean,
): (step: number) => number[] {
  takeFlag(action, "scaleNoise", isScaled);
  const least = { min: 0 };
  if (typeof noise === "function") takeFunction(action, "actNoise", noise);
  else takeNumber(action, "actNoise", noise, least);
  if (isDiscrete(actor.actionSpace)) return () => [];
  const units = actionBounds(actor.actionSpace).half.map((half) => isScaled ? half : 1);
  const scaled = (noise: number) => units.map((unit) => noise * unit);
  if (typeof noise === "function") {
    return (step) => scaled(takeNumber("train", `actNoise(${step})`, noise(step), least));
  }
  const deviations = scaled(noise);
  return () => deviations;
}

function scaleNoiseOf<S extends AgentState>(agent: Agent<S>): boolean {
  const { options } = agent as { readonly options?: unknown };
  return isRecord(options) && options.scaleNoise === true;
}

/** The functions of every agent. */
const agentMethods = ["init", "checkState", "policy", "explore", "update"] as const;

function takeAgent<S extends AgentState>(action: string, value: Agent<S>): Agent<S> {
  if (!isRecord(value) || (value.learnsFrom !== "replay" && value.learnsFrom !== "rollouts")) {
    return refuse(action, "agent", value, "an agent such as td3({ actor })");
  }
  const agent = value as unknown as Agent<S>;
  takeText(action, "the agent's name", agent.name);
  takeActor(action, agent.actor);
  for (const name of agentMethods) takeFunction(action, `the agent's ${name}`, agent[name]);
  if (agent.learnsFrom === "rollouts") {
    takeCount(action, "the agent's rolloutSteps", agent.rolloutSteps);
  }
  return agent;
}

/** Only an agent with a replay buffer computes on a device. */
function takeBackend<S extends AgentState>(
  action: string,
  agent: Agent<S>,
  backend: Backend = cpu,
): Backend {
  const isBackend = isRecord(backend) && typeof backend.upload === "function";
  if (!isBackend) refuse(action, "backend", backend, "one such as cpu or await webgpu()");
  if (agent.learnsFrom === "rollouts" && !isHost(backend)) {
    fail(action, `${agent.name} computes its advantages on the CPU, expected no "${backend.name}"`);
  }
  return backend;
}

function takeTasks(
  action: string,
  source: TrainerOptions<AgentState>["environment"],
): readonly AsyncEnvironment<Space>[] {
  if (typeof source === "function") {
    return [guardAsync(action, takeFunction(action, "environment", source)())];
  }
  return isVectorEnvironment(source) ? source.environments : [guardAsync(action, source)];
}

function isVectorEnvironment(
  source: AsyncEnvironment<Space> | AsyncVectorEnvironment<Space>,
): source is AsyncVectorEnvironment<Space> {
  return typeof source === "object" && source !== null && "environments" in source &&
    Array.isArray(source.environments);
}

function takeEvaluation<S extends AgentState>(
  action: string,
  { evaluate, environment }: TrainerOptions<S>,
  key: Key,
): TrainerPlan<S>["evaluate"] {
  if (evaluate === undefined) return undefined;
  const doing = `${action}, evaluate`;
  checkOptions(doing, evaluate, ["every", "episodes", "environment", "key", "maxSteps"]);
  const make = evaluate.environment ??
    (typeof environment === "function" ? environment : undefined);
  const expected = "a function that makes one, such as pendulum";
  const { episodes = 10, maxSteps } = evaluate;
  return {
    every: takeCount(doing, "every", evaluate.every),
    episodes: takeNumber(doing, "episodes", episodes, { min: 1, max: 2 ** 20, integer: true }),
    environment: takeFunction(doing, "environment", make as EnvironmentFactory, expected),
    key: evaluate.key === undefined ? key : takeKey(doing, "key", evaluate.key),
    maxSteps: maxSteps === undefined ? undefined : takeCount(doing, "maxSteps", maxSteps),
  };
}

function takeCheckpoints(
  action: string,
  checkpoint: TrainerCheckpoints | undefined,
): TrainerCheckpoints | undefined {
  if (checkpoint === undefined) return undefined;
  const doing = `${action}, checkpoint`;
  checkOptions(doing, checkpoint, ["every", "write"]);
  const { every, write } = checkpoint;
  return {
    every: takeCount(doing, "every", every),
    write: write && takeFunction(doing, "write", write, "a function of bytes"),
  };
}

function takeSignal(action: string, signal: unknown): AbortSignal | undefined {
  if (signal === undefined || signal instanceof AbortSignal) return signal;
  return refuse(action, "signal", signal, "an AbortSignal");
}
