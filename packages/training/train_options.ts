import { checkOptions, fail, isRecord, refuse, takeCount, takeNumber } from "@spikeloop/errors";
import { type Key, takeKey } from "@spikeloop/random";
import type { Environment } from "./environment.ts";
import { guard } from "./guard_environment.ts";
import { growingBuffer, ReplayBuffer } from "./replay_buffer.ts";
import type { ReplaySnapshot } from "./replay_snapshot.ts";
import type { RunningStatistics } from "./running_statistics.ts";
import { checkFit, obsDimOf } from "./take_actor.ts";
import { takeObject } from "./take_object.ts";
import { takeVector } from "./take_vector.ts";
import { takeAgent, takeCalibration, takeReplaySettings } from "./trainer/take_agent.ts";
import type { Td3 } from "./td3.ts";
import type { Td3State } from "./td3_state.ts";

/** An episode that has begun and has not ended. */
export interface EpisodeProgress {
  /** The last observation. */
  readonly observation: readonly number[];
  /** The sum of the rewards so far. */
  readonly total: number;
  /** The state of the environment, if it has `snapshot` and `restore`. */
  readonly environment: unknown;
}

/**
 * All that a run goes on with: what learns, and everything else that changes. Handed back to
 * `trainTd3` as `state`, it continues the run to the same bits on the CPU.
 */
export interface TrainState extends Td3State {
  /** The steps so far. */
  readonly step: number;
  /** The statistics that normalize observations. */
  readonly statistics: RunningStatistics;
  /**
   * The replay buffer as it is after this step. It shares the memory of the run: once the run has
   * overwritten its oldest experience it throws. `snapshot()` makes a copy that lasts.
   */
  readonly replay: ReplayBuffer;
  /** The updates so far. */
  readonly updates: number;
  /** The key of all further random numbers. */
  readonly stepKey: Key;
  /** The episode that goes on; undefined if the next step starts one. */
  readonly episode: EpisodeProgress | undefined;
}

/** The progress of training. Spread into the options of `trainTd3`, it goes on from there. */
export interface TrainProgress {
  /** The steps so far. */
  readonly step: number;
  /** The return of the episode that ended with this step; undefined if none did. */
  readonly episodeReturn: number | undefined;
  /**
   * The mean loss of the critics in the updates of this step, as in `Td3Report`; undefined if there
   * was none.
   */
  readonly criticLoss: number | undefined;
  /** The mean loss of the actor in the updates of this step; undefined if there was none. */
  readonly actorLoss: number | undefined;
  /** The networks, the states of the optimizers, and all else that the run goes on with. */
  readonly state: TrainState;
  /** The statistics that normalize observations, those of `state`. */
  readonly statistics: RunningStatistics;
}

/**
 * The options of `trainTd3`. A run goes on from the `state` that an earlier one has yielded. What a
 * state lacks starts afresh, as all but the networks do for one of `agent.init`. `episodeReturn`,
 * `criticLoss` and `actorLoss` are accepted, so that progress may be spread, and not used.
 */
export interface TrainOptions extends Partial<Omit<TrainProgress, "state">> {
  /** The task. It has to have the spaces of the actor. */
  readonly environment: Environment;
  /** The agent that learns, with its actor. */
  readonly agent: Td3;
  /** Draws all random numbers, unless `state` goes on with those of an earlier run. */
  readonly key: Key;
  /** Steps of the environment to do, besides those of an earlier run. */
  readonly steps: number;
  /** The state to go on from; a fresh one if missing. */
  readonly state?: Td3State & Partial<TrainState>;
  /** The steps so far; those of `state`, or 0, if missing. */
  readonly step?: number;
  /** Statistics of observations; those of `state`, or of `replay`, if missing. */
  readonly statistics?: RunningStatistics;
  /**
   * The experiences to start with, or a snapshot of them; those of `state`, or none, if missing.
   * The run writes to none of them: it yields a buffer of its own.
   */
  readonly replay?: ReplayBuffer | ReplaySnapshot;
  /** Experiences per update; 100 if missing. */
  readonly batchSize?: number;
  /** Random steps before the actor acts; 1,000 if missing. */
  readonly startSteps?: number;
  /** Steps before the first update, those of earlier runs included; 1,000 if missing. */
  readonly updateAfter?: number;
  /**
   * Updates come in bursts: after every so many steps, as many updates; 1 if missing.
   * SpikingJelly's example has 50.
   */
  readonly updateEvery?: number;
  /**
   * The standard deviation of the noise on actions, or a function of the step (1, 2, ...) that
   * returns it; 0.1 if missing.
   */
  readonly actNoise?: number | ((step: number) => number);
  /**
   * Whether `actNoise` is in units of half the range of each action; as in `td3` if missing.
   * SpikingJelly's example does not scale noise.
   */
  readonly scaleNoise?: boolean;
  /** The size of the replay buffer; the size of `replay`, or a million, if missing. */
  readonly replaySize?: number;
}

const optionNames: readonly (keyof TrainOptions)[] = [
  "environment",
  "agent",
  "key",
  "steps",
  "state",
  "statistics",
  "replay",
  "step",
  "episodeReturn",
  "criticLoss",
  "actorLoss",
  "batchSize",
  "startSteps",
  "updateAfter",
  "updateEvery",
  "actNoise",
  "scaleNoise",
  "replaySize",
];

const stateNames: readonly (keyof TrainState)[] = [
  "networks",
  "targets",
  "optimizers",
  "ahead",
  "step",
  "statistics",
  "replay",
  "updates",
  "stepKey",
  "episode",
];

/** The size of a replay buffer where none is given. */
const defaultSize = 1e6;

/** Checks the options and fills in the defaults. */
export function resolveTrainOptions(options: TrainOptions) {
  const action = "train";
  checkOptions(action, options, optionNames);
  if (options.step !== undefined && options.state === undefined) {
    fail(
      action,
      'option "step" is of an earlier run, but its "state" is missing; did you mean steps?',
    );
  }
  const environment = guard(action, options.environment);
  const agent = takeTd3(action, options.agent);
  const { actor } = agent.options;
  checkFit(action, actor, environment);
  const steps = takeCount(action, "steps", options.steps, 0);
  if (options.state !== undefined) {
    checkOptions("go on from the state of trainTd3", options.state, stateNames, "part");
    agent.checkState(options.state);
  }
  const state: Partial<TrainState> = options.state ?? {};
  const { updates = 0, stepKey } = state;
  const { step = state.step ?? 0, replay = state.replay, statistics = state.statistics } = options;
  takeCount(action, "step", step, 0);
  return {
    environment,
    agent,
    steps,
    step,
    key: takeKey(action, "key", options.key),
    state: options.state,
    updates: takeCount(action, "state.updates", updates, 0),
    stepKey: stepKey === undefined ? undefined : takeKey(action, "state.stepKey", stepKey),
    replay: takeReplay(action, { ...options, replay, statistics }, step + steps),
    episode: takeEpisode(action, state.episode, obsDimOf(actor)),
    ...takeReplaySettings(action, agent, options),
    calibrate: takeCalibration(action, agent, undefined),
  };
}

function takeTd3(action: string, value: Td3): Td3 {
  return isRecord(value) && value.name === "td3"
    ? takeAgent(action, value)
    : refuse(action, "agent", value, "an agent such as td3({ actor })");
}

/** The replay buffer of a run, with room for all of its steps. */
function takeReplay(action: string, options: TrainOptions, lastStep: number): ReplayBuffer {
  const { agent, replay, statistics, replaySize } = options;
  const { actor } = agent.options;
  const [obsDim, { actDim }] = [obsDimOf(actor), actor.head];
  const size = replaySize === undefined ? undefined : takeCount(action, "replaySize", replaySize);
  const source = replay === undefined
    ? growingBuffer({ obsDim, actDim, size: size ?? defaultSize }, 0)
    : replay instanceof ReplayBuffer
    ? replay
    : ReplayBuffer.restore(
      takeObject(action, "replay", replay, "a ReplayBuffer or a snapshot of one"),
    );
  const found = source.options;
  if (found.obsDim !== obsDim || found.actDim !== actDim) {
    fail(
      action,
      `replay has obsDim ${found.obsDim} and actDim ${found.actDim}, the actor ${obsDim} and ` +
        `${actDim}`,
    );
  }
  if (size !== undefined && size !== found.size) {
    fail(action, `replaySize is ${size}, but replay has size ${found.size}`, RangeError);
  }
  const buffer = source.fork(statistics);
  buffer.reserve(lastStep);
  return buffer;
}

function takeEpisode(
  action: string,
  value: EpisodeProgress | undefined,
  obsDim: number,
): EpisodeProgress | undefined {
  if (value === undefined) return undefined;
  const { observation, total } = takeObject(
    action,
    "state.episode",
    value,
    "one that trainTd3 yielded",
  );
  takeVector(action, "state.episode.observation", observation, obsDim);
  takeNumber(action, "state.episode.total", total);
  return value;
}
