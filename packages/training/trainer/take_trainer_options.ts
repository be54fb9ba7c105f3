import type { Space } from "@spikeloop/actor";
import type { Backend } from "@spikeloop/backend";
import { cpu } from "@spikeloop/cpu";
import {
  checkOptions,
  fail,
  isRecord,
  refuse,
  takeCount,
  takeFunction,
  takeNumber,
} from "@spikeloop/errors";
import { type Key, split, takeKey } from "@spikeloop/random";
import type { AgentState, RolloutAgent } from "../agent.ts";
import type { AsyncEnvironment } from "../environment.ts";
import { isVectorEnvironment } from "../environments/vector_environment.ts";
import { guardAsync } from "../guard_environment.ts";
import { takeStatistics } from "../running_statistics.ts";
import { checkFit, obsDimOf } from "../take_actor.ts";
import { crossings } from "./crossings.ts";
import { refuseIdleOptions, takeAgent, takeCalibration, takeReplaySettings } from "./take_agent.ts";
import { checkTask } from "./evaluate_episodes.ts";
import type { RunSettings } from "./run_state.ts";
import {
  type EnvironmentFactory,
  optionNames,
  type TrainerCheckpoints,
  type TrainerOptions,
  type TrainerPlan,
} from "./trainer_options.ts";

/** Checks the options and fills in the defaults. */
export function takeTrainerOptions<S extends AgentState>(
  action: string,
  options: TrainerOptions<S>,
): TrainerPlan<S> {
  checkOptions(action, options, optionNames);
  const agent = takeAgent(action, options.agent);
  refuseIdleOptions(action, agent, options);
  const { environment } = options;
  const tasks = takeTasks(action, environment);
  for (const task of tasks) checkFit(action, agent.actor, task);
  if (agent.learnsFrom === "rollouts") checkRollouts(action, agent, tasks.length);
  const [initKey, firstKey, evaluationKey] = split(takeKey(action, "key", options.key), 3);
  const { state, statistics } = options;
  if (state !== undefined) agent.checkState(state);
  const settings: RunSettings<S> = {
    agent,
    tasks,
    backend: takeBackend(action, options.backend),
    ...takeReplaySettings(action, agent, options),
    calibrate: takeCalibration(action, agent, options.calibrate),
    noiseCorrelation: takeNumber(action, "noiseCorrelation", options.noiseCorrelation ?? 0, {
      min: 0,
      below: 1,
    }),
  };
  return {
    settings,
    replaySize: takeCount(action, "replaySize", options.replaySize ?? 1e6),
    steps: takeSteps(action, options.steps, settings),
    initKey,
    firstKey,
    state,
    statistics: statistics && takeStatistics(action, statistics, obsDimOf(agent.actor)),
    evaluate: takeEvaluation(action, options, evaluationKey, settings),
    checkpoint: takeCheckpoints(action, options.checkpoint),
    signal: takeSignal(action, options.signal),
    measureEvery: takeCount(action, "measureEvery", options.measureEvery ?? 100),
  };
}

/** Refuses steps that are over before the agent learns. */
function takeSteps<S extends AgentState>(
  action: string,
  value: number,
  settings: RunSettings<S>,
): number {
  const steps = takeCount(action, "steps", value, 0);
  const first = firstUpdate(settings);
  const { length } = settings.tasks;
  if (steps === 0 || Math.ceil(steps / length) * length >= first) return steps;
  const ofReplay = settings.updateAfter < steps ? "updateEvery" : "updateAfter";
  const option = settings.agent.learnsFrom === "rollouts" ? "rolloutSteps" : ofReplay;
  const problem = `steps is ${steps}, but the first update comes at step ${first}`;
  return fail(action, `${problem}; take more steps, or a smaller ${option}`, RangeError);
}

/** The step of the first update. */
function firstUpdate<S extends AgentState>(
  { agent, tasks: { length }, updateAfter, updateEvery }: RunSettings<S>,
): number {
  if (agent.learnsFrom === "rollouts") return agent.rolloutSteps * length;
  // All environments step together, and updates are due where the count crosses a multiple.
  const first = length * (Math.floor(updateAfter / length) + 1);
  const isDue = crossings(first - length, first, updateEvery) > 0;
  const due = isDue ? first : updateEvery * (Math.floor(first / updateEvery) + 1);
  return Math.ceil(due / length) * length;
}

function takeBackend(action: string, backend: Backend = cpu): Backend {
  const isBackend = isRecord(backend) && typeof backend.upload === "function";
  return isBackend
    ? backend
    : refuse(action, "backend", backend, "one such as cpu or await webgpu()");
}

/** Refuses rollouts that are too short to learn from. */
function checkRollouts<S extends AgentState>(
  action: string,
  { name, rolloutSteps, leastSteps = 1 }: RolloutAgent<S>,
  environments: number,
): void {
  const count = rolloutSteps * environments;
  if (count >= leastSteps) return;
  const problem = `${name} learns from at least ${leastSteps} steps, but ${rolloutSteps} of each ` +
    `environment, ${environments} in all, are ${count}`;
  fail(action, `${problem}; more rolloutSteps or a smaller minibatchSize would do`, RangeError);
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

function takeEvaluation<S extends AgentState>(
  action: string,
  { evaluate, environment }: TrainerOptions<S>,
  key: Key,
  { agent: { actor }, tasks }: RunSettings<S>,
): TrainerPlan<S>["evaluate"] {
  if (evaluate === undefined) return undefined;
  const doing = `${action}, evaluate`;
  checkOptions(doing, evaluate, ["every", "episodes", "environment", "key", "maxSteps"]);
  const make = evaluate.environment ??
    (typeof environment === "function" ? environment : undefined);
  const expected = "a function that makes one, such as pendulum";
  const { episodes = 10, maxSteps } = evaluate;
  const makeTask = takeFunction(doing, "environment", make as EnvironmentFactory, expected);
  // One that does not fit is refused now, instead of after many steps.
  const task = guardAsync(doing, makeTask());
  checkTask(doing, actor, task, tasks);
  task[Symbol.dispose]?.();
  return {
    every: takeCount(doing, "every", evaluate.every),
    episodes: takeNumber(doing, "episodes", episodes, { min: 1, max: 2 ** 20, integer: true }),
    environment: makeTask,
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
