import { describe } from "@spikeloop/errors";
import type { Key } from "@spikeloop/random";

/** A box of real numbers: every component has its own closed interval. */
export interface Space {
  /** The smallest values; -Infinity where there is none. */
  readonly low: readonly number[];
  /** The largest values; Infinity where there is none. */
  readonly high: readonly number[];
}

/** What a step of an environment gives. */
export interface Transition {
  /** What is seen afterwards. */
  readonly observation: readonly number[];
  /** The reward of the step. */
  readonly reward: number;
  /** The task ended: nothing follows, the value of what comes is 0. */
  readonly terminated: boolean;
  /** The episode was cut for its length; the task would have gone on. */
  readonly truncated: boolean;
}

/** A control task with continuous actions. It holds the state of one episode. */
export interface Environment {
  /** Its name; Gymnasium's where it is a task of Gymnasium's. */
  readonly name: string;
  /** What is seen. */
  readonly observationSpace: Space;
  /** What may be done. */
  readonly actionSpace: Space;
  /** The most steps of an episode. */
  readonly maxSteps: number;
  /** Starts an episode, and gives what is seen first. */
  reset(key: Key): readonly number[];
  /**
   * Does one step. Actions out of range are limited to it.
   *
   * @throws {Error} before the first `reset` or after the end of an episode.
   * @throws {TypeError} if the action does not have the right number of components.
   * @throws {RangeError} if a component is NaN.
   */
  step(action: ArrayLike<number>): Transition;
}

/** What a task is made of; `makeEnvironment` adds the book-keeping. */
export interface Dynamics<S> {
  /** Its name; Gymnasium's where it is a task of Gymnasium's. */
  readonly name: string;
  /** What is seen. */
  readonly observationSpace: Space;
  /** What may be done. */
  readonly actionSpace: Space;
  /** The most steps of an episode. */
  readonly maxSteps: number;
  /** A first state. */
  start(key: Key): S;
  /** What is seen in a state. */
  observe(state: S): readonly number[];
  /** The next state, the reward, and whether the task ended. */
  advance(state: S, action: ArrayLike<number>): { state: S; reward: number; terminated: boolean };
}

/**
 * An environment from its dynamics: counts steps, cuts long episodes, checks what it is given.
 *
 * @example
 * ```ts
 * import { key } from "@spikeloop/random";
 * import { makeEnvironment } from "@spikeloop/training";
 * import { assertEquals } from "@std/assert";
 *
 * // A point on a line that is pushed, and paid for being near 0.
 * const environment = makeEnvironment<number>({
 *   name: "point",
 *   observationSpace: { low: [-Infinity], high: [Infinity] },
 *   actionSpace: { low: [-1], high: [1] },
 *   maxSteps: 10,
 *   start: () => 1,
 *   observe: (x) => [x],
 *   advance: (x, push) => {
 *     const state = x + push[0];
 *     return { state, reward: -Math.abs(state), terminated: false };
 *   },
 * });
 * environment.reset(key(0));
 * assertEquals(environment.step([-0.5]).reward, -0.5);
 * ```
 */
export function makeEnvironment<S>(dynamics: Dynamics<S>): Environment {
  const { name, observationSpace, actionSpace, maxSteps } = dynamics;
  const size = actionSpace.low.length;
  let state: S | undefined;
  let steps = 0;
  return {
    name,
    observationSpace,
    actionSpace,
    maxSteps,
    reset: (key) => {
      state = dynamics.start(key);
      steps = 0;
      return dynamics.observe(state);
    },
    step: (action) => {
      if (state === undefined) {
        throw new Error(`Cannot step ${name}: no episode is running, call reset(key) first`);
      }
      if (action?.length !== size) {
        const given = action?.length === undefined
          ? `is ${describe(action)}`
          : `has ${action.length} components`;
        throw new TypeError(
          `Cannot step ${name}: the action ${given}, expected ${size}`,
        );
      }
      for (let i = 0; i < size; i++) {
        if (Number.isNaN(action[i])) {
          throw new RangeError(`Cannot step ${name}: component ${i} of the action is NaN`);
        }
      }
      const next = dynamics.advance(state, action);
      steps++;
      const truncated = !next.terminated && steps >= maxSteps;
      const observation = dynamics.observe(next.state);
      state = next.terminated || truncated ? undefined : next.state;
      return { observation, reward: next.reward, terminated: next.terminated, truncated };
    },
  };
}

/** `x` limited to [low, high]. */
export function limit(x: number, low: number, high: number): number {
  return Math.min(Math.max(x, low), high);
}
