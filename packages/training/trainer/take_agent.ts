import { isDiscrete } from "@spikeloop/actor";
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
import { actionBounds } from "../action_bounds.ts";
import type { Agent, AgentState } from "../agent.ts";
import { takeActor } from "../take_actor.ts";
import type { RunSettings } from "./run_state.ts";
import { replayNames, type TrainerCalibration, type TrainerOptions } from "./trainer_options.ts";

/** The functions of every agent. */
const agentMethods = ["init", "checkState", "policy", "explore", "update"] as const;

/**
 * Checks an agent.
 *
 * @throws {TypeError} if it is anything else.
 */
export function takeAgent<A extends Agent>(action: string, agent: A): A {
  if (!isRecord(agent) || (agent.learnsFrom !== "replay" && agent.learnsFrom !== "rollouts")) {
    return refuse(action, "agent", agent, "an agent such as td3({ actor })");
  }
  takeText(action, "the agent's name", agent.name);
  takeActor(action, agent.actor);
  for (const name of agentMethods) takeFunction(action, `the agent's ${name}`, agent[name]);
  if (agent.learnsFrom === "rollouts") {
    takeCount(action, "the agent's rolloutSteps", agent.rolloutSteps);
    const { assess } = agent;
    if (assess !== undefined) takeFunction(action, "the agent's assess", assess);
  }
  return agent;
}

/**
 * Refuses options that would have no effect on an agent.
 *
 * @throws {TypeError} by the name of the option.
 */
export function refuseIdleOptions<S extends AgentState>(
  action: string,
  agent: Agent<S>,
  options: TrainerOptions<S>,
): void {
  const given = new Map(Object.entries(options));
  const find = (names: readonly string[]) => names.find((name) => given.get(name) !== undefined);
  const replayName = agent.learnsFrom === "rollouts" ? find(replayNames) : undefined;
  if (replayName !== undefined) {
    fail(action, `${replayName} is of agents with a replay buffer, which ${agent.name} has not`);
  }
  const isChoice = isDiscrete(agent.actor.actionSpace);
  const name = find([...agent.ignores ?? [], ...isChoice ? ["noiseCorrelation"] : []]);
  if (name === undefined) return;
  fail(
    action,
    `${name} has no effect on ${agent.name}, which draws its ${isChoice ? "choices" : "actions"}`,
  );
}

/** The options of updates and of noise on actions. */
type ReplayLearningOptions = Partial<
  Pick<TrainerOptions<AgentState>, Exclude<typeof replayNames[number], "replaySize">>
>;

/**
 * Checks the options of updates and of noise on actions, and fills in the defaults.
 *
 * @throws {TypeError} if one is of the wrong kind.
 * @throws {RangeError} if one is out of range.
 */
export function takeReplaySettings<S extends AgentState>(
  action: string,
  agent: Agent<S>,
  options: ReplayLearningOptions,
): Pick<
  RunSettings<S>,
  "batchSize" | "startSteps" | "updateAfter" | "updateEvery" | "deviations"
> {
  const { batchSize = 100, startSteps = 1000, updateAfter = 1000, updateEvery = 1 } = options;
  const { actNoise = 0.1, scaleNoise = scaleNoiseOf(agent) } = options;
  return {
    batchSize: takeNumber(action, "batchSize", batchSize, { min: 1, max: 2 ** 24, integer: true }),
    startSteps: takeCount(action, "startSteps", startSteps, 0),
    updateAfter: takeCount(action, "updateAfter", updateAfter, 0),
    updateEvery: takeCount(action, "updateEvery", updateEvery),
    deviations: deviationsOf(action, agent, actNoise, scaleNoise),
  };
}

/**
 * Checks the noise on actions, and returns the standard deviations for the numbers of an action as
 * a function of the step.
 */
function deviationsOf<S extends AgentState>(
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

/**
 * Checks when an actor with batch normalization is calibrated, and fills in the defaults; undefined
 * for any other actor.
 *
 * @throws {TypeError} if an option is unknown or of the wrong kind, or has no effect.
 * @throws {RangeError} if one is out of range.
 */
export function takeCalibration<S extends AgentState>(
  action: string,
  agent: Agent<S>,
  options: TrainerCalibration | undefined,
): Required<TrainerCalibration> | undefined {
  if (agent.calibrate === undefined) {
    if (options === undefined) return undefined;
    fail(action, "calibrate has no effect, as the agent's actor has no batch normalization");
  }
  const doing = `${action}, calibrate`;
  if (options !== undefined) checkOptions(doing, options, ["every", "batches"]);
  const { every = 5000, batches = 100 } = options ?? {};
  return {
    every: takeCount(doing, "every", every),
    batches: takeNumber(doing, "batches", batches, { min: 1, max: 2 ** 16, integer: true }),
  };
}
