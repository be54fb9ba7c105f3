import type { Key } from "@spikeloop/random";
import type { Space } from "./space.ts";

/**
 * An action for a task: at least one number. In `([thrust]) => ...`, `thrust` is a number, also
 * under `noUncheckedIndexedAccess`. Where there are more, write
 * `([left, right]: [number, number]) => ...`.
 */
export type Action = readonly [number, ...number[]];

/** The result of a step. */
export interface Transition {
  /** The observation after the step. */
  readonly observation: readonly number[];
  /** The reward of the step. */
  readonly reward: number;
  /** Whether the task ended. Nothing follows, so the value of the next state is 0. */
  readonly terminated: boolean;
  /** Whether the episode was cut at its step limit. The task itself would have gone on. */
  readonly truncated: boolean;
}

/**
 * A control task with continuous actions. It holds the state of one episode. An object of your own
 * works too: `trainTd3` and `evaluateActor` limit its actions, copy its observations, and check all
 * that it returns.
 */
export interface Environment {
  /** The name; a task of Gymnasium has its name there. */
  readonly name: string;
  /** The bounds of observations. */
  readonly observationSpace: Space;
  /** The bounds of actions. */
  readonly actionSpace: Space;
  /** The most steps of an episode; Infinity for no limit. */
  readonly maxSteps: number;
  /** Starts an episode and returns the first observation. */
  reset(key: Key): readonly number[];
  /**
   * Does one step. An action out of bounds is limited to them.
   *
   * @throws {TypeError} if the action is no array of numbers, or has another number of components.
   * @throws {RangeError} if a component is NaN.
   * @throws {RangeError} before the first `reset`, and after the end of an episode.
   */
  step(action: readonly number[] | Float32Array | Float64Array): Transition;
  /** Returns a copy of the state within the episode; undefined if no episode is running. */
  snapshot?(): unknown;
  /**
   * Goes on in the middle of an episode, from a snapshot.
   *
   * @throws {TypeError} if the snapshot is of another task.
   */
  restore?(snapshot: unknown): void;
}
