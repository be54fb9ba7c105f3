import type { Box, Discrete, Space } from "@spikeloop/actor";
import { isRecord } from "@spikeloop/errors";
import type { Key } from "@spikeloop/random";
import type { ActionOf, AnyEnvironment, AsyncEnvironment, Environment } from "../environment.ts";

/** The result of a step of all environments; entry i is of environment i. */
export interface VectorTransition<O extends readonly number[] = readonly number[]> {
  /** The observations after the step. */
  readonly observations: readonly O[];
  /** The rewards of the step. */
  readonly rewards: readonly number[];
  /** Whether a task ended. */
  readonly terminations: readonly boolean[];
  /** Whether an episode was cut. */
  readonly truncations: readonly boolean[];
}

/**
 * The actions of all environments: a list of one for each, or the components of all of them laid
 * end to end in a typed array, as actors return them.
 */
export type VectorActionOf<A extends Space> =
  | readonly ActionOf<A>[]
  | Float32Array
  | Float64Array
  | (A extends Discrete ? Int32Array | Uint8Array : never);

/** Environments of one task that take their steps together and may return promises. */
export interface AsyncVectorEnvironment<
  A extends Space = Box,
  O extends readonly number[] = readonly number[],
> {
  /** The name of the task. */
  readonly name: string;
  /** The number of environments. */
  readonly count: number;
  /** The environments one by one. `trainer` runs these, and starts their episodes itself. */
  readonly environments: readonly AsyncEnvironment<A, O>[];
  /** The bounds of one observation. */
  readonly observationSpace: Box;
  /** The space of one action. */
  readonly actionSpace: A;
  /** The most steps of an episode. */
  readonly maxSteps: number;
  /** Starts an episode in each, every one with a key of its own, and returns the observations. */
  reset(key: Key): readonly O[] | Promise<readonly O[]>;
  /**
   * Does one step in each. An environment whose episode ended with the last step ignores its action
   * and starts a new episode instead: it returns the first observation, reward 0 and no end.
   *
   * @throws {TypeError} if there are more or fewer actions than environments.
   * @throws {TypeError} if an action is of the wrong kind.
   * @throws {RangeError} if an action holds a wrong number, or before the first `reset`.
   */
  step(actions: VectorActionOf<A>): VectorTransition<O> | Promise<VectorTransition<O>>;
  /** Returns a copy of the states of all; undefined before the first `reset`. */
  snapshot?(): unknown;
  /**
   * Goes on from a snapshot.
   *
   * @throws {TypeError} if the snapshot is of another task, or of another number of environments.
   */
  restore?(snapshot: unknown): void | Promise<void>;
  /** Frees what the environments hold. */
  [Symbol.dispose](): void;
}

/** Environments of one task that take their steps together. */
export interface VectorEnvironment<
  A extends Space = Box,
  O extends readonly number[] = readonly number[],
> extends AsyncVectorEnvironment<A, O> {
  /** Starts an episode in each, every one with a key of its own, and returns the observations. */
  reset(key: Key): readonly O[];
  /**
   * Does one step in each. An environment whose episode ended with the last step ignores its action
   * and starts a new episode instead: it returns the first observation, reward 0 and no end.
   *
   * @throws {TypeError} if there are more or fewer actions than environments.
   * @throws {TypeError} if an action is of the wrong kind.
   * @throws {RangeError} if an action holds a wrong number, or before the first `reset`.
   */
  step(actions: VectorActionOf<A>): VectorTransition<O>;
  /**
   * Goes on from a snapshot.
   *
   * @throws {TypeError} if the snapshot is of another task, or of another number of environments.
   */
  restore?(snapshot: unknown): void;
}

/** Environments like `E` side by side. */
export type VectorEnvironmentLike<E extends AnyEnvironment> = [E] extends
  [Environment<infer A extends Space, infer O>] ? VectorEnvironment<A, O>
  : [E] extends [AsyncEnvironment<infer A extends Space, infer O>] ? AsyncVectorEnvironment<A, O>
  : never;

/** Whether an environment is one of `vectorized`. */
export function isVectorEnvironment(value: unknown): value is AsyncVectorEnvironment<Space> {
  return isRecord(value) && Array.isArray(value.environments);
}
