import type { ActorParams, BoundActor } from "@spikeloop/actor";
import { fail } from "@spikeloop/errors";
import type { Key } from "@spikeloop/random";
import { type Tensor, tensor } from "@spikeloop/tensor";
import type { AgentState } from "../agent.ts";
import { copyFromDevice, copyToDevice, isHost, readAll } from "./device.ts";
import { failNonFinite, firstNonFinite } from "./non_finite.ts";
import { replayUpdates } from "./replay_updates.ts";
import { rolloutUpdates } from "./rollout_updates.ts";
import type { RunSettings, RunState } from "./run_state.ts";
import { type Steps, wait } from "./steps.ts";
import type { Learned } from "./take_updated.ts";

/** The updates of a step. */
export interface Updated {
  /** Their mean losses. */
  readonly losses: Readonly<Record<string, number>>;
  /** Normalized observations of the last of them, [B, obsDim]. */
  readonly observation: Tensor;
}

/** Does the updates that are due after a step; undefined if there are none. */
type DueUpdates<S extends AgentState> = (
  updateKey: Key,
  step: number,
) => Steps<Learned<S> | undefined>;

/**
 * Learns on the CPU or on a device, and keeps the parameters that act on the CPU. It changes what
 * the state of the run has learned.
 */
export class Learner<S extends AgentState> {
  readonly #settings: RunSettings<S>;
  readonly #state: RunState<S>;
  readonly #learn: DueUpdates<S>;
  #acting: ActorParams | undefined;
  #bound: { readonly params: ActorParams; readonly actor: BoundActor } | undefined;

  /** Moves what has been learned to the device. */
  constructor(settings: RunSettings<S>, state: RunState<S>) {
    const { agent, backend } = settings;
    [this.#settings, this.#state] = [settings, state];
    const params = agent.policy(state.learning);
    this.#acting = Object.values(params).every((x) => isHost(x.backend)) ? params : undefined;
    state.learning = copyToDevice(state.learning, backend, "state");
    this.#learn = dueUpdates(settings, state);
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
    const learned = yield* this.#learn(updateKey, step);
    return learned && (yield* this.#finish(learned));
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
        const problem = `${name} is ${value} after update ${this.#state.updates}`;
        failNonFinite(agent, problem, yield* firstNonFinite(learning));
      }
      const entry = sums[name] ??= { sum: 0, count: 0 };
      entry.sum += value;
      entry.count++;
    }
    const means = Object.entries(sums).map(([name, { sum, count }]) => [name, sum / count]);
    return observation && { losses: Object.fromEntries(means), observation };
  }
}

/** The updates of the kind that the agent does. */
function dueUpdates<S extends AgentState>(
  settings: RunSettings<S>,
  state: RunState<S>,
): DueUpdates<S> {
  const { agent } = settings;
  const { memory } = state;
  if (agent.learnsFrom === "rollouts" && "rollout" in memory) {
    return rolloutUpdates(agent, memory, settings, state);
  }
  if (agent.learnsFrom === "replay" && "replay" in memory) {
    const learn = replayUpdates(agent, memory.replay, settings, state);
    return (updateKey, step) => wait(learn(updateKey, step));
  }
  return fail(`train ${agent.name}`, "its memory is of another kind of agents");
}
