import { type ActorParams, isDiscrete } from "@spikeloop/actor";
import { fail, isRecord, refuse, takeCount, takeList, takeNumber } from "@spikeloop/errors";
import { takeKey } from "@spikeloop/random";
import type { AgentState } from "../agent.ts";
import { growingBuffer, ReplayBuffer } from "../replay_buffer.ts";
import type { ReplaySnapshot } from "../replay_snapshot.ts";
import { emptyStatistics, type RunningStatistics, takeStatistics } from "../running_statistics.ts";
import { obsDimOf } from "../take_actor.ts";
import { takeVector } from "../take_vector.ts";
import { fillTree, type LoadedRun, readRunFile, type RunFile, writeRunFile } from "./run_file.ts";
import { type Pending, takePending } from "./pending.ts";
import { RolloutMemory } from "./rollout_memory.ts";
import type { TrainerPlan } from "./trainer_options.ts";
import { noEpisode, type OpenEpisode, type RunMemory, type RunState } from "./run_state.ts";

/** The best actor of all evaluations. */
export interface BestActor {
  /** The step of its evaluation. */
  readonly step: number;
  /** The mean of its returns. */
  readonly mean: number;
  /** Its parameters. */
  readonly params: ActorParams;
  /** The statistics that normalize its observations. */
  readonly statistics: RunningStatistics;
}

/** All that a file of a training holds. */
export interface SavedRun<S extends AgentState> {
  readonly state: RunState<S>;
  readonly best: BestActor | undefined;
  /** Events that have not been handed out yet. */
  readonly pending: readonly Pending[];
  /** The states of the environments; undefined for one that does not offer it. */
  readonly environments: readonly unknown[];
}

/** The parts of a training that a file must agree with. */
function identityOf<S extends AgentState>({ settings }: TrainerPlan<S>) {
  const { agent, tasks } = settings;
  return {
    agent: agent.name,
    actor: agent.actor.toJSON(),
    environment: tasks[0].name,
    environments: tasks.length,
  };
}

/** Writes a training as a file. */
export function saveRun<S extends AgentState>(
  plan: TrainerPlan<S>,
  { state, best, pending, environments }: SavedRun<S>,
): Uint8Array<ArrayBuffer> {
  const { learning, step, updates, stepKey, openEpisodes, memory } = state;
  const { plain, arrays } = memoryToFile(memory);
  const file: RunFile = {
    run: {
      step,
      updates,
      stepKey: { ...stepKey },
      seats: openEpisodes, // their name in files
      environments,
      pending,
      memory: plain,
      best: best && { step: best.step, mean: best.mean, statistics: best.statistics },
    },
    trees: { agent: learning, ...best && { best: best.params } },
    arrays,
  };
  return writeRunFile("save the training", identityOf(plan), file);
}

/** The memory as plain data and long arrays. */
function memoryToFile(memory: RunMemory) {
  if ("rollout" in memory) {
    const { length, arrays } = memory.rollout.snapshot();
    return {
      plain: { length, statistics: memory.statistics },
      arrays: prefixed("rollout", arrays),
    };
  }
  const { options, stored, unseen, statistics, ...arrays } = memory.replay.snapshot();
  return { plain: { options, stored, unseen, statistics }, arrays: prefixed("replay", arrays) };
}

const prefixed = (prefix: string, arrays: Readonly<Record<string, Float32Array>>) =>
  Object.fromEntries(Object.entries(arrays).map(([name, x]) => [`${prefix}.${name}`, x]));

/** Makes the state of a fresh training. */
export function freshRun<S extends AgentState>(plan: TrainerPlan<S>): RunState<S> {
  const { agent, tasks } = plan.settings;
  return {
    learning: plan.state ?? agent.init(plan.initKey),
    step: 0,
    updates: 0,
    stepKey: plan.firstKey,
    openEpisodes: tasks.map(() => noEpisode),
    memory: freshMemory(plan),
  };
}

function freshMemory<S extends AgentState>(
  { settings, replaySize, steps, statistics }: TrainerPlan<S>,
): RunMemory {
  const { agent, tasks } = settings;
  const [obsDim, { actDim }] = [obsDimOf(agent.actor), agent.actor.head];
  if (agent.learnsFrom === "rollouts") {
    const sizes = { steps: agent.rolloutSteps, environments: tasks.length, obsDim };
    const rollout = new RolloutMemory({ ...sizes, sampleDim: actDim });
    return { rollout, statistics: statistics ?? emptyStatistics(obsDim) };
  }
  const replay = growingBuffer({ obsDim, actDim, size: replaySize }, 0).fork(statistics);
  replay.reserve(steps);
  return { replay };
}

/** Reads a training from a file. */
export function loadRun<S extends AgentState>(
  plan: TrainerPlan<S>,
  bytes: Uint8Array,
): SavedRun<S> {
  const action = "load the training";
  const { agent, tasks } = plan.settings;
  const file = readRunFile(action, bytes, identityOf(plan));
  const { run } = file;
  const learning = fillTree(action, agent.init(plan.initKey), "agent", file);
  agent.checkState(learning);
  const { actor } = agent;
  const noiseSize = isDiscrete(actor.actionSpace) ? 0 : actor.head.actDim;
  const state: RunState<S> = {
    learning,
    step: takeCount(action, "step", run.step, 0),
    updates: takeCount(action, "updates", run.updates, 0),
    stepKey: takeKey(action, "stepKey", run.stepKey),
    openEpisodes: takeList(
      action,
      "seats",
      run.seats,
      (_, name, episode) => takeOpenEpisode(action, name, episode, obsDimOf(actor), noiseSize),
      tasks.length,
    ),
    memory: memoryFromFile(action, plan, file),
  };
  // All environments step together, so the last step may be beyond `steps`.
  if (state.step > Math.ceil(plan.steps / tasks.length) * tasks.length) {
    fail(action, `it is at step ${state.step}, beyond steps, ${plan.steps}`, RangeError);
  }
  return {
    state,
    best: bestFromFile(action, plan, file),
    pending: takeList(action, "pending", run.pending, takePending),
    environments: takeList(action, "environments", run.environments, (_, __, x) => x, tasks.length),
  };
}

function takeOpenEpisode(
  action: string,
  name: string,
  value: unknown,
  obsDim: number,
  noiseSize: number,
): OpenEpisode {
  if (!isRecord(value)) return refuse(action, name, value, "the state of an episode");
  const { observation, noise } = value;
  const vector = (part: string, x: unknown, size: number) =>
    x === undefined ? undefined : takeVector(action, `${name}.${part}`, x, size);
  return {
    observation: vector("observation", observation, obsDim),
    total: takeNumber(action, `${name}.total`, value.total),
    length: takeCount(action, `${name}.length`, value.length, 0),
    noise: vector("noise", noise, noiseSize),
  };
}

function memoryFromFile<S extends AgentState>(
  action: string,
  plan: TrainerPlan<S>,
  { run, tensors }: LoadedRun,
): RunMemory {
  const memory = freshMemory(plan);
  const plain = isRecord(run.memory)
    ? run.memory
    : refuse(action, "the memory", run.memory, "a record");
  const prefix = "rollout" in memory ? "rollout." : "replay.";
  const arrays = Object.fromEntries(
    Object.entries(tensors).filter(([name]) => name.startsWith(prefix))
      .map(([name, x]) => [name.slice(prefix.length), x.dataSync()]),
  );
  if ("rollout" in memory) {
    memory.rollout.restore(action, { length: plain.length, arrays });
    const size = obsDimOf(plan.settings.agent.actor);
    return { ...memory, statistics: takeStatistics(action, plain.statistics, size) };
  }
  const replay = ReplayBuffer.restore({ ...plain, ...arrays } as unknown as ReplaySnapshot);
  const [own, found] = [memory.replay.options, replay.options];
  for (const name of ["obsDim", "actDim", "size"] as const) {
    if (own[name] === found[name]) continue;
    fail(action, `the replay's ${name} is ${found[name]}, expected ${own[name]}`);
  }
  replay.reserve(plan.steps);
  return { replay };
}

function bestFromFile<S extends AgentState>(
  action: string,
  { settings: { agent } }: TrainerPlan<S>,
  file: LoadedRun,
): BestActor | undefined {
  const { best } = file.run;
  if (!isRecord(best)) return undefined;
  const tensors = Object.entries(file.tensors).filter(([name]) => name.startsWith("best."))
    .map(([name, x]) => [name.slice("best.".length), x] as const);
  return {
    step: takeCount(action, "best.step", best.step, 0),
    mean: takeNumber(action, "best.mean", best.mean),
    params: agent.actor.loadStateDict(Object.fromEntries(tensors)),
    statistics: takeStatistics(action, best.statistics, obsDimOf(agent.actor)),
  };
}
