import type { Box, Discrete, Space } from "@spikeloop/actor";
import { checkOptions, fail, isRecord, takeFlag, takeFunction } from "@spikeloop/errors";
import type { Key } from "@spikeloop/random";
import { isPromise } from "./after.ts";
import type { Action, Environment } from "./environment.ts";
import { guard } from "./guard_environment.ts";
import { takeObject } from "./take_object.ts";

/**
 * The rules of a task as pure functions, for `makeEnvironment`. `S` is its state, `A` the kind of
 * its actions, and `O` the type of observations, a tuple where their number is known.
 */
export interface Dynamics<
  S,
  A extends Space = Box,
  O extends readonly number[] = readonly number[],
> {
  /** The name; a task of Gymnasium has its name there. */
  readonly name: string;
  /** The bounds of observations. */
  readonly observationSpace: Box;
  /** The space of actions: a box, or a choice out of n. */
  readonly actionSpace: A;
  /** The most steps of an episode; Infinity for no limit. */
  readonly maxSteps: number;
  /**
   * Draws a first state. Snapshots copy numbers, arrays and records in it; an object of a class has
   * to be one that nobody changes.
   */
  start(key: Key): S;
  /** The observation of a state. */
  observe(state: S): O;
  /**
   * The next state, the reward, and whether the task ended; `truncated: true` cuts the episode
   * before `maxSteps`. The action is within its space.
   */
  advance(
    state: S,
    action: A extends Discrete ? number : Action,
  ): { state: S; reward: number; terminated: boolean; truncated?: boolean };
  /**
   * Whether `advance` limits actions itself, because it needs them as they were given, for example
   * for their cost; false if missing.
   */
  readonly limitsActions?: boolean;
}

const dynamicsNames: readonly (keyof Dynamics<unknown>)[] = [
  "name",
  "observationSpace",
  "actionSpace",
  "maxSteps",
  "start",
  "observe",
  "advance",
  "limitsActions",
];

/**
 * Makes an environment from dynamics. It holds the state, limits actions to their space, checks all
 * that the functions return, copies observations, and cuts episodes at `maxSteps`.
 *
 * @throws {TypeError} if a part is unknown, missing or of the wrong kind.
 * @throws {RangeError} if a number is out of range.
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
 *   advance: (x, [push]) => {
 *     const state = x + push;
 *     return { state, reward: -Math.abs(state), terminated: false };
 *   },
 * });
 * environment.reset(key(0));
 * assertEquals(environment.step([-0.5]).reward, -0.5);
 * assertEquals(environment.step([-9]).observation, [-0.5]); // limited to -1
 * ```
 */
export function makeEnvironment<
  S,
  A extends Space = Box,
  O extends readonly number[] = readonly number[],
>(dynamics: Dynamics<S, A, O>): Environment<A, O> {
  const action = "make an environment";
  checkOptions(action, dynamics, dynamicsNames, "part");
  const { limitsActions = false } = dynamics;
  takeFlag(action, "limitsActions", limitsActions);
  for (const name of ["start", "observe", "advance"] as const) {
    takeFunction(action, name, dynamics[name]);
  }
  const { name, observationSpace, actionSpace, maxSteps } = dynamics;
  let state: S | undefined;
  const task: Environment<A, O> = {
    name,
    observationSpace,
    actionSpace,
    maxSteps,
    reset: (key) => {
      state = atOnce(`reset ${name}`, "start", dynamics.start(key));
      return dynamics.observe(state);
    },
    step: (move) => {
      const next = takeObject(
        `step ${name}`,
        "the result of advance",
        atOnce(
          `step ${name}`,
          "advance",
          dynamics.advance(state as S, move as unknown as Parameters<typeof dynamics.advance>[1]),
        ),
        "{ state, reward, terminated }",
      );
      state = next.state;
      const { reward, terminated, truncated = false } = next;
      return { observation: dynamics.observe(state), reward, terminated, truncated };
    },
    snapshot: () => copyOf(state),
    restore: (snapshot) => {
      state = copyOf(snapshot as S);
    },
  };
  return guard(action, task, limitsActions);
}

/**
 * Refuses a promise of dynamics.
 *
 * @throws {TypeError} if the value is one.
 */
function atOnce<T>(action: string, from: string, value: T): T {
  if (!isPromise(value)) return value;
  // Nobody else hears of its failure.
  value.then(undefined, () => {});
  const help = "write the reset and step of an AsyncEnvironment where a task takes its time";
  return fail(action, `${from} returned a promise, expected a result at once; ${help}`);
}

/**
 * A copy of a state, so that dynamics that change it in place do not change a snapshot. It copies
 * arrays, typed arrays and plain records; tensors and objects of other classes stay what they are.
 */
function copyOf<T>(x: T): T;
function copyOf(x: unknown, copies?: Map<unknown, unknown>): unknown;
function copyOf(x: unknown, copies: Map<unknown, unknown> = new Map()): unknown {
  if (ArrayBuffer.isView(x)) return structuredClone(x);
  if (!Array.isArray(x) && !isRecord(x)) return x;
  const known = copies.get(x); // a part that stands there several times
  if (known !== undefined) return known;
  if (Array.isArray(x)) {
    const copy = x.slice();
    copies.set(x, copy);
    for (let i = 0; i < copy.length; i++) {
      if (typeof copy[i] === "object") copy[i] = copyOf(copy[i], copies);
    }
    return copy;
  }
  const copy: Record<string, unknown> = {};
  copies.set(x, copy);
  for (const [name, part] of Object.entries(x)) {
    Object.defineProperty(copy, name, {
      value: copyOf(part, copies),
      writable: true,
      enumerable: true,
      configurable: true,
    });
  }
  return copy;
}
