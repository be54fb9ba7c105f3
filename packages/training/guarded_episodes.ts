import type { Box, Space } from "@spikeloop/actor";
import { fail, isRecord, refuse, takeFlag } from "@spikeloop/errors";
import { type Key, takeKey } from "@spikeloop/random";
import { after, isPromise } from "./after.ts";
import type { ActionOf, AsyncEnvironment, Transition } from "./environment.ts";
import { takeMove } from "./take_move.ts";
import { takeObject } from "./take_object.ts";
import { takeVector } from "./take_vector.ts";

/** The fields of an environment that are no methods. */
export interface GuardedTraits {
  readonly name: string;
  readonly observationSpace: Box;
  readonly actionSpace: Space;
  readonly maxSteps: number;
}

/** The freedoms of a guarded environment. */
export interface GuardOptions {
  /** Whether it limits actions itself. */
  readonly limitsActions: boolean;
  /** Whether its methods may return promises. */
  readonly mayWait: boolean;
}

/** The episodes of a guarded environment: its methods, with checks around each. */
export class GuardedEpisodes {
  readonly #task: AsyncEnvironment<Space>;
  readonly #traits: GuardedTraits;
  readonly #options: GuardOptions;
  #hasBegun = false;
  #isRunning = false;
  #isBusy = false;
  #steps = 0;

  /** Takes an environment whose fields have been checked. */
  constructor(task: AsyncEnvironment<Space>, traits: GuardedTraits, options: GuardOptions) {
    [this.#task, this.#traits, this.#options] = [task, traits, options];
  }

  /** Starts an episode. */
  reset(key: Key): readonly number[] | Promise<readonly number[]> {
    const doing = this.#enter("reset");
    takeKey(doing, "key", key);
    this.#isRunning = false;
    return this.#take(doing, this.#task.reset(key), (value) => {
      const observation = this.#takeObservation(doing, value);
      [this.#hasBegun, this.#isRunning, this.#steps] = [true, true, 0];
      return observation;
    });
  }

  /** Does one step of an episode. */
  step(move: ActionOf<Space>): Transition | Promise<Transition> {
    const doing = this.#enter("step");
    if (!this.#isRunning) fail(doing, "no episode is running, call reset(key) first", RangeError);
    const limited = takeMove(doing, move, this.#traits.actionSpace, this.#options.limitsActions);
    return this.#take(doing, this.#task.step(limited), (value) => this.#takeResult(doing, value));
  }

  /** Returns the state of the episode; undefined before the first one. */
  snapshot(): unknown {
    const doing = this.#enter("take a snapshot of");
    if (!this.#hasBegun) return undefined;
    return this.#take(doing, this.#task.snapshot?.(), (state) => ({
      name: this.#traits.name,
      steps: this.#steps,
      isRunning: this.#isRunning,
      state,
    }));
  }

  /** Goes on from a state that `snapshot` has returned. */
  restore(snapshot: unknown): void | Promise<void> {
    const { name, maxSteps } = this.#traits;
    const doing = this.#enter("restore");
    if (!isRecord(snapshot) || !("state" in snapshot) || snapshot.name !== name) {
      return refuse(doing, "the snapshot", snapshot, `one of ${name}`);
    }
    const wasRunning = takeFlag(doing, "isRunning", snapshot.isRunning);
    const count: unknown = snapshot.steps;
    const most = wasRunning ? maxSteps - 1 : maxSteps;
    if (!Number.isSafeInteger(count) || Number(count) < 0 || Number(count) > most) {
      refuse(doing, "steps", count, `an integer from 0 to ${most}`, RangeError);
    }
    this.#isRunning = false;
    return this.#take(doing, this.#task.restore?.(snapshot.state), () => {
      [this.#hasBegun, this.#isRunning, this.#steps] = [true, wasRunning, Number(count)];
    });
  }

  /** Ends the episode, and frees what the environment holds. */
  dispose(): void {
    this.#isRunning = false;
    this.#task[Symbol.dispose]?.();
  }

  /** Refuses a call before an earlier one has ended. Returns the words for the call. */
  #enter(verb: string): string {
    const doing = `${verb} ${this.#traits.name}`;
    if (this.#isBusy) fail(doing, "an earlier call has not ended, await it first", RangeError);
    return doing;
  }

  /** Checks a result when it is there. */
  #take<T, R>(doing: string, value: T | Promise<T>, check: (value: T) => R): R | Promise<R> {
    if (!isPromise(value)) return check(value);
    if (!this.#options.mayWait) {
      // Nobody else hears of its failure.
      value.then(undefined, () => {});
      return fail(doing, "the environment returned a promise, expected a result at once");
    }
    this.#isBusy = true;
    return after(Promise.resolve(value).finally(() => this.#isBusy = false), check);
  }

  #takeObservation(doing: string, value: unknown): readonly number[] {
    const { length } = this.#traits.observationSpace.low;
    return Object.freeze(takeVector(doing, "its observation", value, length));
  }

  /** Checks the result of a step, and cuts the episode at its last step. */
  #takeResult(doing: string, value: Transition): Transition {
    const expected = "{ observation, reward, terminated, truncated }";
    const result = Array.isArray(value)
      ? refuse(doing, "its result", value, expected)
      : takeObject(doing, "its result", value, expected);
    const { reward, terminated, truncated } = result;
    if (typeof reward !== "number") refuse(doing, "its reward", reward, "a number");
    if (!Number.isFinite(Math.fround(reward))) {
      refuse(doing, "its reward", reward, "a finite float32 number", RangeError);
    }
    takeFlag(doing, "terminated", terminated);
    takeFlag(doing, "truncated", truncated);
    const observation = this.#takeObservation(doing, result.observation);
    const isCut = !terminated && ++this.#steps >= this.#traits.maxSteps;
    this.#isRunning = !terminated && !truncated && !isCut;
    return { observation, reward, terminated, truncated: truncated || isCut };
  }
}
