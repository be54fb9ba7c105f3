import { describeOption, fail } from "@spikeloop/errors";
import type { Key } from "@spikeloop/random";

/** A box of real numbers. Every component has a closed interval of its own. */
export interface Space {
  /** The smallest values; -Infinity for a component without a bound. */
  readonly low: readonly number[];
  /** The largest values; Infinity for a component without a bound. */
  readonly high: readonly number[];
}

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

/** A control task with continuous actions. It holds the state of one episode. */
export interface Environment {
  /** The name; a task of Gymnasium has its name there. */
  readonly name: string;
  /** The bounds of observations. */
  readonly observationSpace: Space;
  /** The bounds of actions. */
  readonly actionSpace: Space;
  /** The most steps of an episode. */
  readonly maxSteps: number;
  /** Starts an episode and returns the first observation. */
  reset(key: Key): readonly number[];
  /**
   * Does one step. An action out of bounds is limited to them.
   *
   * @throws {Error} before the first `reset`, and after the end of an episode.
   * @throws {TypeError} if the action has another number of components.
   * @throws {RangeError} if a component is NaN.
   */
  step(action: ArrayLike<number>): Transition;
}

/** The rules of a task as pure functions, for `makeEnvironment`. */
export interface Dynamics<S> {
  /** The name; a task of Gymnasium has its name there. */
  readonly name: string;
  /** The bounds of observations. */
  readonly observationSpace: Space;
  /** The bounds of actions. */
  readonly actionSpace: Space;
  /** The most steps of an episode. */
  readonly maxSteps: number;
  /** Draws a first state. */
  start(key: Key): S;
  /** The observation of a state. */
  observe(state: S): readonly number[];
  /** The next state, the reward, and whether the task ended. */
  advance(state: S, action: ArrayLike<number>): { state: S; reward: number; terminated: boolean };
}

/**
 * Makes an environment from dynamics. It holds the state, checks actions, and cuts episodes at
 * `maxSteps`.
 *
 * @example
 * ```ts
 * import { key } from "@spikeloop/random";
 * import { makeEnvironment } from "@spikeloop/training";
 * import { assertEquals } from "@std/assert";
 *
 * // A point on a line; pushes move it, and being near 0 is rewarded.
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
        const found = action?.length === undefined
          ? `is ${describeOption(action)}`
          : `has ${action.length} components`;
        fail(`step ${name}`, `the action ${found}, expected ${size}`);
      }
      for (let i = 0; i < size; i++) {
        if (Number.isNaN(action[i])) {
          fail(`step ${name}`, `component ${i} of the action is NaN`, RangeError);
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

/** Limits `x` to [low, high]. */
export function limit(x: number, low: number, high: number): number {
  return Math.min(Math.max(x, low), high);
}
