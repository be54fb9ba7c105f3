import { type Box, isDiscrete, type Space } from "@spikeloop/actor";
import {
  fail,
  isRecord,
  isVector,
  refuse,
  showCount,
  takeFlag,
  takeFunction,
  takeList,
  takeNumber,
} from "@spikeloop/errors";
import { type Key, split, takeKey } from "@spikeloop/random";
import { after, afterAll, callEach } from "../after.ts";
import type { ActionOf, AnyEnvironment, Transition } from "../environment.ts";
import { guardAsync } from "../guard_environment.ts";
import { takeMove } from "../take_move.ts";
import type {
  AsyncVectorEnvironment,
  VectorActionOf,
  VectorEnvironmentLike,
  VectorTransition,
} from "./vector_environment.ts";

const action = "vectorize environments";

/** The most environments that one call makes. */
const mostCopies = 2 ** 16;

/**
 * Puts environments of one task side by side, so that an actor acts for all of them in one call.
 *
 * They start new episodes by themselves, as Gymnasium's vector environments do by default
 * (`AutoresetMode.NEXT_STEP`): the step that ends an episode returns its last observation, and the
 * next step starts an episode. A learner leaves out that next step: nothing happened in it.
 *
 * `reset(key)` splits the key for the environments, and each splits its own for its episodes, so
 * the episodes of one don't depend on the lengths of another's.
 *
 * @param environments A function that makes one, or a list of different ones.
 * @param count How many the function makes; left out with a list.
 * @throws {TypeError} if an environment is none, two have different names or spaces, or the same
 * one stands there twice.
 * @throws {RangeError} if `count` is not an integer from 1 to 65,536.
 *
 * @example
 * ```ts
 * import { pendulum, vectorized } from "@spikeloop/training";
 * import { key } from "@spikeloop/random";
 * import { assertEquals } from "@std/assert";
 *
 * const env = vectorized(pendulum, 3);
 * env.reset(key(0));
 * const { observations, rewards } = env.step([[0], [1], [-1]]);
 * assertEquals([observations.length, rewards.length], [3, 3]);
 * ```
 */
export function vectorized<E extends AnyEnvironment>(
  environments: (() => E) | readonly E[],
  count?: number,
): VectorEnvironmentLike<E> {
  const tasks = takeTasks(environments, count);
  const [{ name, observationSpace, actionSpace, maxSteps }] = tasks;
  const width = isDiscrete(actionSpace) ? undefined : (actionSpace as Box).low.length;
  let keys: Key[] | undefined;
  let ended: boolean[] = [];
  /** Starts an episode of environment i with a part of its key. */
  const start = (i: number, all: Key[]) => {
    const [next, now] = split(all[i]);
    all[i] = next;
    ended[i] = false;
    return tasks[i].reset(now);
  };
  const canSave = tasks.every(({ snapshot }) => snapshot !== undefined);
  const saving = canSave && {
    snapshot: () =>
      keys === undefined ? undefined : after(
        afterAll(callEach(tasks, (task) => task.snapshot?.())),
        (states) => ({ name, keys: [...keys ?? []], ended: [...ended], states }),
      ),
    restore: (snapshot: unknown) => {
      const doing = `restore ${showCount(tasks.length, "environment")} of ${name}`;
      if (!isRecord(snapshot) || snapshot.name !== name) {
        return refuse(doing, "the snapshot", snapshot, `one of ${name}`);
      }
      const states = takeList(doing, "states", snapshot.states, (_, __, x) => x, tasks.length);
      const newKeys = takeList(doing, "keys", snapshot.keys, takeKey, tasks.length);
      const newEnded = takeList(doing, "ended", snapshot.ended, takeFlag, tasks.length);
      return after(afterAll(callEach(tasks, (task, i) => task.restore?.(states[i]))), () => {
        [keys, ended] = [newKeys, newEnded];
      });
    },
  };
  return Object.freeze<AsyncVectorEnvironment<Space>>({
    name,
    count: tasks.length,
    environments: Object.freeze(tasks),
    observationSpace,
    actionSpace,
    maxSteps,
    reset: (key: Key) => {
      const all = split(takeKey(`reset ${name}`, "key", key), tasks.length);
      keys = all;
      return afterAll(callEach(tasks, (_, i) => start(i, all)));
    },
    step: (actions: VectorActionOf<Space>) => {
      const doing = `step ${showCount(tasks.length, "environment")} of ${name}`;
      const all = keys ?? fail(doing, "call reset(key) first", RangeError);
      const moves = takeMoves(doing, actions, tasks.length, width);
      // All are checked before the first one moves.
      moves.forEach((move, i) => ended[i] || takeMove(`step ${name}`, move, actionSpace));
      const results = callEach(
        tasks,
        (task, i) =>
          ended[i]
            ? after(start(i, all), (observation) => ({ ...freshTransition, observation }))
            : after(task.step(moves[i]), (result) => {
              ended[i] = result.terminated || result.truncated;
              return result;
            }),
      );
      return after(afterAll(results), columns);
    },
    ...saving,
    [Symbol.dispose]: () => tasks.forEach((task) => task[Symbol.dispose]?.()),
  }) as VectorEnvironmentLike<E>;
}

const freshTransition = { reward: 0, terminated: false, truncated: false };

function columns(results: readonly Transition[]): VectorTransition {
  return {
    observations: results.map(({ observation }) => observation),
    rewards: results.map(({ reward }) => reward),
    terminations: results.map(({ terminated }) => terminated),
    truncations: results.map(({ truncated }) => truncated),
  };
}

/** JSON has no infinities. */
const infinityAsText = (_: string, x: unknown) =>
  typeof x === "number" && !Number.isFinite(x) ? `${x}` : x;

/** The environments, all of one task. */
function takeTasks(
  source: (() => AnyEnvironment) | readonly AnyEnvironment[],
  count: number | undefined,
): AnyEnvironment[] {
  const takeTask = (doing: string, _: string, task: unknown) =>
    guardAsync(doing, task as AnyEnvironment);
  let tasks: AnyEnvironment[];
  if (typeof source === "function") {
    const make = takeFunction(action, "environments", source, "a function that makes one");
    const copies = takeNumber(action, "count", count, { min: 1, max: mostCopies, integer: true });
    tasks = Array.from({ length: copies }, () => takeTask(action, "", make()));
  } else {
    if (!Array.isArray(source)) {
      const expected = "a function that makes one, such as pendulum, or a list";
      refuse(action, "environments", source, expected);
    }
    if (count !== undefined) refuse(action, "count", count, "nothing beside a list");
    tasks = takeList(action, "environments", source, takeTask);
  }
  if (tasks.length === 0) fail(action, "the list is empty, expected at least one");
  if (new Set(tasks).size < tasks.length) {
    fail(action, "the same environment stands there twice, expected different ones");
  }
  const [first] = tasks;
  for (const [i, task] of tasks.entries()) {
    for (const part of ["name", "observationSpace", "actionSpace", "maxSteps"] as const) {
      const [a, b] = [first, task].map((one) => JSON.stringify(one[part], infinityAsText));
      if (a !== b) fail(action, `${part} of environment ${i} is ${b}, of the first ${a}`);
    }
  }
  return tasks;
}

/** One action for each environment. */
function takeMoves(
  doing: string,
  actions: unknown,
  count: number,
  width: number | undefined,
): ActionOf<Space>[] {
  if (!isVector(actions)) return refuse(doing, "the actions", actions, "a list of actions");
  const isFlat = width !== undefined && !Array.isArray(actions);
  const expected = isFlat ? count * width : count;
  if (actions.length !== expected) {
    const name = `the number of ${isFlat ? "components" : "actions"}`;
    refuse(doing, name, actions.length, `${expected}`);
  }
  if (!isFlat) return Array.from(actions) as ActionOf<Space>[];
  return Array.from(
    { length: count },
    (_, i) => (actions as unknown as Float32Array).slice(i * width, (i + 1) * width),
  );
}
