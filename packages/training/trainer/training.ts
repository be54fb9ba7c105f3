import { fail } from "@spikeloop/errors";
import { key as makeKey } from "@spikeloop/random";
import type { Policy } from "../act.ts";
import { callEach } from "../after.ts";
import type { AgentState } from "../agent.ts";
import { guardAsync } from "../guard_environment.ts";
import { meanOf } from "../mean_of.ts";
import { crossings } from "./crossings.ts";
import type { TrainerEvent } from "./events.ts";
import { evaluateEpisodes } from "./evaluate_episodes.ts";
import { measure } from "./measure.ts";
import type { Pending } from "./pending.ts";
import { writePlain } from "./plain_values.ts";
import { type BestActor, freshRun, type SavedRun, saveRun } from "./save_run.ts";
import { copyFromDevice, isHost } from "./device.ts";
import { refusePromise, resume, runOrWait, runSteps, type Steps, wait, waitAll } from "./steps.ts";
import type { TrainerPlan } from "./trainer_options.ts";
import { noEpisode } from "./run_state.ts";
import { type StepReport, TrainingRun } from "./training_run.ts";

/**
 * A training that goes on while somebody iterates over it. It may be left at any event: a new
 * iteration goes on from there, and `save` has all of it. After a step that has thrown, the next
 * one starts new episodes: nobody knows how far the environments got.
 */
export interface Trainer<S extends AgentState = AgentState>
  extends Iterable<TrainerEvent>, AsyncIterable<TrainerEvent> {
  /** The steps of all environments so far. */
  readonly step: number;
  /** The updates so far. */
  readonly updates: number;
  /**
   * The state of the agent. Later steps do not change it. On a device it is released when it is no
   * longer needed: read or copy what should last before going on.
   */
  readonly state: S;
  /**
   * The actor of now, with its parameters, on the CPU, and the statistics that normalize
   * observations.
   */
  readonly policy: Policy;
  /** The actor of the best evaluation; undefined before the first one. */
  readonly best: (Policy & BestActor) | undefined;
  /**
   * Returns all of the training as a safetensors file: networks, targets, optimizers, statistics,
   * experiences, random keys, counters, and the state of each environment that has `snapshot`.
   *
   * @throws {TypeError} if an environment's snapshot is a promise, or holds what no file can hold.
   * @throws {TypeError} if the networks are on a device that can only be read by waiting.
   */
  save(): Uint8Array<ArrayBuffer>;
  /** Does the same, and waits for a device, or for environments that return promises. */
  saveAsync(): Promise<Uint8Array<ArrayBuffer>>;
}

/** How many ms an asynchronous iteration may run before it lets timers and signals be handled. */
const breathAfter = 40;

/** The training behind `trainer`. */
class Training<S extends AgentState> implements Trainer<S> {
  readonly #plan: TrainerPlan<S>;
  readonly #run: TrainingRun<S>;
  #pending: readonly Pending[];
  #best: BestActor | undefined;
  /** The states of environments out of a file, until they have been restored. */
  #unrestored: readonly unknown[] | undefined;
  #isBusy = false;
  /** The promise at which an iteration that cannot wait has ended. */
  #left: Promise<void> | undefined;

  /** Starts afresh, or goes on from a file. */
  constructor(plan: TrainerPlan<S>, saved: SavedRun<S> | undefined) {
    this.#plan = plan;
    this.#run = new TrainingRun(plan.settings, saved?.state ?? freshRun(plan));
    this.#pending = saved?.pending ?? [];
    this.#best = saved?.best;
    this.#unrestored = saved?.environments;
  }

  get step(): number {
    return this.#run.state.step;
  }

  get updates(): number {
    return this.#run.state.updates;
  }

  get state(): S {
    return this.#run.state.learning;
  }

  get policy(): Policy {
    const { acting: params, statistics } = this.#run;
    return { actor: this.#plan.settings.agent.actor, params, statistics };
  }

  get best(): (Policy & BestActor) | undefined {
    return this.#best && { actor: this.#plan.settings.agent.actor, ...this.#best };
  }

  save(): Uint8Array<ArrayBuffer> {
    const help = "use saveAsync(), or give checkpoint.write";
    return runSteps("save the training", this.#save(this.#pending), help);
  }

  async saveAsync(): Promise<Uint8Array<ArrayBuffer>> {
    return await runOrWait(this.#alone(this.#save(this.#pending)));
  }

  *#save(pending: readonly Pending[]): Steps<Uint8Array<ArrayBuffer>> {
    const learning = yield* copyFromDevice(this.#run.state.learning);
    const state = { ...this.#run.state, learning };
    const environments = this.#unrestored ?? (yield* this.#snapshots());
    return saveRun(this.#plan, { state, best: this.#best, pending, environments });
  }

  *#snapshots(): Steps<unknown[]> {
    return yield* waitAll(callEach(this.#plan.settings.tasks, (task) => task.snapshot?.()));
  }

  *[Symbol.iterator](): Generator<TrainerEvent, void, void> {
    const { backend } = this.#plan.settings;
    if (!isHost(backend)) {
      const help =
        "one can only wait for what it computes; iterate over the trainer with for await";
      fail(`train on "${backend.name}"`, help);
    }
    const events = this.#events();
    try {
      for (const event of events) {
        if (isEvent(event)) {
          yield event;
          continue;
        }
        this.#left = event.then(() => {}, () => {});
        refusePromise("train", event, "iterate over the trainer with for await");
      }
    } finally {
      events.return();
    }
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<TrainerEvent, void, void> {
    let lastBreath = performance.now();
    const breathe = () => {
      if (performance.now() - lastBreath < breathAfter) return undefined;
      return new Promise<void>((resolve) => setTimeout(resolve))
        .then(() => void (lastBreath = performance.now()));
    };
    const events = this.#events(breathe);
    try {
      let result = events.next();
      while (!result.done) {
        const event = result.value;
        if (isEvent(event)) {
          yield event;
          result = events.next();
        } else {
          result = await resume(events, event);
        }
      }
    } finally {
      events.return();
    }
  }

  /**
   * The events of the training, and the promises that it has to wait for.
   *
   * @param breathe Returns a promise if others have waited for long.
   */
  *#events(
    breathe?: () => Promise<void> | undefined,
  ): Generator<TrainerEvent | Promise<unknown>, void, unknown> {
    const { steps, signal } = this.#plan;
    if (this.#left !== undefined) yield this.#left;
    this.#left = undefined;
    yield* this.#alone(this.#restore());
    for (;;) {
      while (this.#pending.length > 0) {
        const [next, ...rest] = this.#pending;
        const event = yield* this.#alone(this.#realize(next, rest));
        this.#pending = rest;
        if (event !== undefined) yield event;
      }
      if (this.step >= steps || signal?.aborted) return;
      const { step, updates } = this;
      const report = yield* this.#alone(this.#run.advance());
      this.#pending = yield* this.#alone(this.#due(step, updates, report));
      const pause = breathe?.();
      if (pause !== undefined) yield pause;
    }
  }

  /** Refuses a second iteration while the first one waits. */
  *#alone<R>(steps: Steps<R>): Steps<R> {
    if (this.#isBusy) fail("train", "another iteration over this trainer has not ended");
    this.#isBusy = true;
    try {
      return yield* steps;
    } finally {
      this.#isBusy = false;
    }
  }

  /** Puts the environments into the middle of the episodes that a file says. */
  *#restore(): Steps<void> {
    const states = this.#unrestored;
    if (states === undefined) return;
    const { tasks } = this.#plan.settings;
    const { state } = this.#run;
    yield* waitAll(
      callEach(tasks, (task, i) => states[i] === undefined ? undefined : task.restore?.(states[i])),
    );
    state.openEpisodes = state.openEpisodes.map((episode, i) =>
      states[i] === undefined || tasks[i].restore === undefined ? noEpisode : episode
    );
    this.#unrestored = undefined;
  }

  /** The events of a step, in order. */
  *#due(
    before: number,
    updatesBefore: number,
    { episodes, losses, observation }: StepReport,
  ): Steps<Pending[]> {
    const { steps, evaluate, checkpoint, measureEvery, settings } = this.#plan;
    const { step, updates, learning } = this.#run.state;
    // A snapshot that no file holds is refused in the first step, not at the first checkpoint.
    if (before === 0 && checkpoint?.write !== undefined) {
      writePlain("save the training", "the run", { environments: yield* this.#snapshots() });
    }
    const isDue = (every: number | undefined) =>
      every !== undefined && (crossings(before, step, every) > 0 || step >= steps);
    const events: Pending[] = episodes.map((episode) => ({ type: "episode", step, ...episode }));
    if (losses !== undefined && observation !== undefined) {
      const isMeasured =
        Math.ceil(updates / measureEvery) > Math.ceil(updatesBefore / measureEvery);
      const measures = isMeasured
        ? yield* measure(settings.agent, learning, observation, makeKey(step))
        : undefined;
      events.push({ type: "update", step, updates, losses, ...measures });
    }
    if (isDue(evaluate?.every)) events.push({ type: "evaluation", step });
    if (isDue(checkpoint?.every)) events.push({ type: "checkpoint", step });
    return events;
  }

  /** Makes an event happen when it is its turn; undefined if nobody has asked for it. */
  *#realize(next: Pending, rest: readonly Pending[]): Steps<TrainerEvent | undefined> {
    const { evaluate, checkpoint } = this.#plan;
    const { step } = next;
    if (next.type === "evaluation") {
      if (evaluate === undefined) return undefined;
      const { environment, ...options } = evaluate;
      const action = "evaluate the actor";
      const returns = yield* evaluateEpisodes(action, {
        ...options,
        policy: this.policy,
        makeTask: () => guardAsync(action, environment()),
        taken: this.#plan.settings.tasks,
      });
      const mean = meanOf(returns);
      const isBest = this.#best === undefined || mean >= this.#best.mean;
      if (isBest) {
        const { params, statistics } = this.policy;
        this.#best = { step, mean, params, statistics };
      }
      return { type: "evaluation", step, returns, mean, isBest };
    }
    if (next.type !== "checkpoint") return next;
    if (checkpoint === undefined) return undefined;
    if (checkpoint.write !== undefined) {
      const bytes = yield* this.#save(rest);
      yield* wait(checkpoint.write(bytes, step));
    }
    return next;
  }
}

/** Starts a training afresh, or goes on with one from a file. */
export function makeTraining<S extends AgentState>(
  plan: TrainerPlan<S>,
  saved?: SavedRun<S>,
): Trainer<S> {
  return new Training(plan, saved);
}

const isEvent = (x: TrainerEvent | Promise<unknown>): x is TrainerEvent => "type" in x;
