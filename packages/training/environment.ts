import type { Box, Discrete, Space } from "@spikeloop/actor";
import type { Key } from "@spikeloop/random";
import type { RunningStatistics } from "./running_statistics.ts";

/**
 * An action in a box, as dynamics see it: at least one number. In `([thrust]) => ...`, `thrust` is
 * a number, also under `noUncheckedIndexedAccess`. Where there are more, write
 * `([left, right]: [number, number]) => ...`.
 */
export type Action = readonly [number, ...number[]];

/** An action that `step` takes: numbers in a box, or an integer of a discrete space. */
export type ActionOf<A extends Space> = A extends Discrete ? number
  : readonly number[] | Float32Array | Float64Array;

/** The result of a step. */
export interface Transition<O extends readonly number[] = readonly number[]> {
  /** The observation after the step. */
  readonly observation: O;
  /** The reward of the step. */
  readonly reward: number;
  /** Whether the task ended. Nothing follows, so the value of the next state is 0. */
  readonly terminated: boolean;
  /** Whether the episode was cut at its step limit. The task itself would have gone on. */
  readonly truncated: boolean;
}

/**
 * A control task whose methods may return promises: a game in a page, a simulator in a worker, a
 * robot. It is an `Environment` in all else, and every `Environment` is one.
 */
export interface AsyncEnvironment<
  A extends Space = Box,
  O extends readonly number[] = readonly number[],
> {
  /** The name; a task of Gymnasium has its name there. */
  readonly name: string;
  /** The bounds of observations. */
  readonly observationSpace: Box;
  /** The space of actions. */
  readonly actionSpace: A;
  /** The most steps of an episode; Infinity for no limit. */
  readonly maxSteps: number;
  /** Starts an episode and returns the first observation. */
  reset(key: Key): O | Promise<O>;
  /**
   * Does one step. An action out of a box is limited to it.
   *
   * @throws {TypeError} if the action is of another kind, or has another number of components.
   * @throws {RangeError} if a component is NaN, or a discrete action is none of the choices.
   * @throws {RangeError} before the first `reset`, and after the end of an episode.
   */
  step(action: ActionOf<A>): Transition<O> | Promise<Transition<O>>;
  /**
   * Returns a copy of the state, which later steps do not change: of plain records, arrays, typed
   * arrays, numbers, texts and flags, so that it can be saved. It is undefined before the first
   * `reset`. Between episodes it holds all that the next one depends on besides its key.
   */
  snapshot?(): unknown;
  /**
   * Goes on from a snapshot, in the middle of an episode if it is of one.
   *
   * @throws {TypeError} if the snapshot is of another task.
   */
  restore?(snapshot: unknown): void | Promise<void>;
  /** Frees memory or connections, where the task holds any. Nothing may be called afterwards. */
  [Symbol.dispose]?(): void;
}

/**
 * A control task. It holds the state of one episode. An object of your own works too: `trainer` and
 * `evaluateActor` limit its actions, copy its observations, and check all that it returns.
 *
 * `A` is the kind of its actions: `Environment` acts in a box, `Environment<Discrete>` chooses out
 * of n. `O` is the type of observations, a tuple where their number is known.
 */
export interface Environment<
  A extends Space = Box,
  O extends readonly number[] = readonly number[],
> extends AsyncEnvironment<A, O> {
  /** Starts an episode and returns the first observation. */
  reset(key: Key): O;
  /**
   * Does one step. An action out of a box is limited to it.
   *
   * @throws {TypeError} if the action is of another kind, or has another number of components.
   * @throws {RangeError} if a component is NaN, or a discrete action is none of the choices.
   * @throws {RangeError} before the first `reset`, and after the end of an episode.
   */
  step(action: ActionOf<A>): Transition<O>;
  /**
   * Goes on from a snapshot, in the middle of an episode if it is of one.
   *
   * @throws {TypeError} if the snapshot is of another task.
   */
  restore?(snapshot: unknown): void;
}

/** Any environment, also one whose methods return promises. */
export type AnyEnvironment = AsyncEnvironment<Space>;

/** The part that `normalizeObservation` adds to an environment. Wrappers around it keep it. */
export interface Normalized {
  /** The statistics of all observations so far. Later observations do not change this record. */
  readonly statistics: RunningStatistics;
}

/**
 * An environment like `E`: one that returns promises only if `E` does, and has statistics if `E`
 * has them.
 */
export type EnvironmentLike<E extends AnyEnvironment> =
  & ([E] extends [Environment<infer A extends Space, infer O>] ? Environment<A, O>
    : [E] extends [AsyncEnvironment<infer A extends Space, infer O>] ? AsyncEnvironment<A, O>
    : never)
  & ([E] extends [Normalized] ? Normalized : unknown);
