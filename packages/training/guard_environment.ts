import { type Box, isDiscrete, type Space, takeBox, takeSpace } from "@spikeloop/actor";
import {
  describeOption,
  fail,
  isRecord,
  isVector,
  refuse,
  takeFlag,
  takeFunction,
  takeNumber,
  takeText,
} from "@spikeloop/errors";
import { type Key, takeKey } from "@spikeloop/random";
import { after, isPromise } from "./after.ts";
import type { ActionOf, AsyncEnvironment, Environment, Transition } from "./environment.ts";
import { isVectorEnvironment } from "./environments/vector_environment.ts";
import { limit } from "./limit.ts";
import { normalization, normalizationOf } from "./normalization.ts";
import { takeObject } from "./take_object.ts";
import { refuseComponent, takeVector } from "./take_vector.ts";

/** The guards of environments, and the guards themselves. */
const guards = /* @__PURE__ */ new WeakMap<object, Environment<Space>>();
const asyncGuards = /* @__PURE__ */ new WeakMap<object, AsyncEnvironment<Space>>();

/**
 * Returns an environment that keeps the promises of the interface, whatever the one inside does. It
 * limits actions (unless the task does so), copies what goes in and out, checks what comes out,
 * refuses steps outside of an episode, and cuts episodes at `maxSteps`. An environment has one
 * guard.
 *
 * @throws {TypeError} if a part is missing or of the wrong kind.
 * @throws {RangeError} if a number is out of range.
 */
export function guard<A extends Space, O extends readonly number[]>(
  action: string,
  environment: Environment<A, O>,
  limitsActions = false,
): Environment<A, O> {
  const task = takeTask(action, environment);
  const guarded = guards.get(task) ?? makeGuard(action, task, { limitsActions, mayWait: false });
  guards.set(task, guarded as Environment<Space>).set(guarded, guarded as Environment<Space>);
  return guarded as unknown as Environment<A, O>;
}

/**
 * Returns a guard as `guard` does, of an environment whose methods may return promises. It refuses
 * a call before an earlier one has ended.
 *
 * @throws {TypeError} if a part is missing or of the wrong kind.
 * @throws {RangeError} if a number is out of range.
 */
export function guardAsync<A extends Space, O extends readonly number[]>(
  action: string,
  environment: AsyncEnvironment<A, O>,
): AsyncEnvironment<A, O> {
  const task = takeTask(action, environment);
  const guarded = asyncGuards.get(task) ??
    (guards.get(task) === task
      ? task
      : makeGuard(action, task, { limitsActions: false, mayWait: true }));
  asyncGuards.set(task, guarded).set(guarded, guarded);
  return guarded as unknown as AsyncEnvironment<A, O>;
}

function makeGuard(
  action: string,
  task: AsyncEnvironment<Space>,
  { limitsActions, mayWait }: { limitsActions: boolean; mayWait: boolean },
): AsyncEnvironment<Space> {
  const name = takeText(action, "the environment's name", task.name);
  const observationSpace = takeBox(
    action,
    "the environment's observationSpace",
    task.observationSpace,
  );
  const actionSpace = takeSpace(action, "the environment's actionSpace", task.actionSpace);
  const maxSteps = takeMaxSteps(action, task.maxSteps);
  const obsDim = observationSpace.low.length;
  let hasBegun = false;
  let isRunning = false;
  let isBusy = false;
  let steps = 0;
  const observationOf = (doing: string, value: unknown) =>
    Object.freeze(takeVector(doing, "its observation", value, obsDim));
  /** Checks a result when it is there. */
  const take = <T, R>(doing: string, value: T | Promise<T>, check: (value: T) => R) => {
    if (!isPromise(value)) return check(value);
    if (!mayWait) {
      // Nobody else hears of its failure.
      value.then(undefined, () => {});
      return fail(doing, "the environment returned a promise, expected a result at once");
    }
    isBusy = true;
    return after(Promise.resolve(value).finally(() => isBusy = false), check);
  };
  const enter = (doing: string) => {
    if (isBusy) fail(doing, "an earlier call has not ended, await it first", RangeError);
  };
  const isSaving = task.snapshot !== undefined || task.restore !== undefined;
  if (isSaving) {
    takeFunction(action, "the environment's snapshot", task.snapshot);
    takeFunction(action, "the environment's restore", task.restore);
  }
  const saving = isSaving && {
    snapshot: () => {
      const doing = `take a snapshot of ${name}`;
      enter(doing);
      if (!hasBegun) return undefined;
      return take(doing, task.snapshot?.(), (state) => ({ name, steps, isRunning, state }));
    },
    restore: (snapshot: unknown) => {
      const doing = `restore ${name}`;
      enter(doing);
      if (!isRecord(snapshot) || !("state" in snapshot) || snapshot.name !== name) {
        return refuse(doing, "the snapshot", snapshot, `one of ${name}`);
      }
      const wasRunning = takeFlag(doing, "isRunning", snapshot.isRunning);
      const count: unknown = snapshot.steps;
      const most = wasRunning ? maxSteps - 1 : maxSteps;
      if (!Number.isSafeInteger(count) || Number(count) < 0 || Number(count) > most) {
        refuse(doing, "steps", count, `an integer from 0 to ${most}`, RangeError);
      }
      isRunning = false;
      return take(doing, task.restore?.(snapshot.state), () => {
        steps = Number(count);
        isRunning = wasRunning;
        hasBegun = true;
      });
    },
  };
  const disposing = task[Symbol.dispose] !== undefined && {
    [Symbol.dispose]: () => {
      isRunning = false;
      task[Symbol.dispose]?.();
    },
  };
  const takeResult = (doing: string, value: Transition): Transition => {
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
    const observation = observationOf(doing, result.observation);
    const isCut = !terminated && ++steps >= maxSteps;
    isRunning = !terminated && !truncated && !isCut;
    return { observation, reward, terminated, truncated: truncated || isCut };
  };
  const normalizing = normalizationOf(task);
  const guarded = {
    name,
    observationSpace,
    actionSpace,
    maxSteps,
    reset: (key: Key) => {
      const doing = `reset ${name}`;
      enter(doing);
      takeKey(doing, "key", key);
      isRunning = false;
      return take(doing, task.reset(key), (value) => {
        const observation = observationOf(doing, value);
        [hasBegun, isRunning, steps] = [true, true, 0];
        return observation;
      });
    },
    step: (move: ActionOf<Space>) => {
      const doing = `step ${name}`;
      enter(doing);
      if (!isRunning) {
        fail(doing, "no episode is running, call reset(key) first", RangeError);
      }
      const limited = takeMove(doing, move, actionSpace, limitsActions);
      return take(doing, task.step(limited), (result) => takeResult(doing, result));
    },
    ...saving,
    ...disposing,
    ...normalizing && { [normalization]: normalizing },
  };
  if (normalizing !== undefined) {
    Object.defineProperty(guarded, "statistics", { get: normalizing.read, enumerable: true });
  }
  return Object.freeze(guarded);
}

/** Checks that a value is an environment as far as its methods go. */
function takeTask(action: string, value: unknown): AsyncEnvironment<Space> {
  const isTask = typeof value === "object" && value !== null && "step" in value &&
    typeof value.step === "function" && "reset" in value && typeof value.reset === "function";
  if (!isTask) return refuse(action, "environment", value, "an environment such as pendulum()");
  if (isVectorEnvironment(value)) {
    const expected = "expected a single one, as in vectorized(() => timeLimit(pendulum(), 100), 8)";
    fail(action, `the environment is several side by side, ${expected}`);
  }
  takeFunction(action, "the environment's step", value.step);
  takeFunction(action, "the environment's reset", value.reset);
  return value as AsyncEnvironment<Space>;
}

function takeMaxSteps(action: string, value: unknown): number {
  const name = "the environment's maxSteps";
  const expected = "an integer of at least 1, or Infinity";
  if (typeof value !== "number") return refuse(action, name, value, expected);
  if (value === Infinity || (Number.isSafeInteger(value) && value >= 1)) return value;
  return refuse(action, name, value, expected, RangeError);
}

/**
 * Checks an action.
 *
 * @param isRaw Whether the task limits it to its box.
 * @returns A choice, or a copy of the numbers.
 * @throws {TypeError} if it is of another kind, or has another number of components.
 * @throws {RangeError} if a number is not finite, or there is no such choice.
 */
export function takeMove(
  action: string,
  value: unknown,
  space: Space,
  isRaw = false,
): number | number[] {
  return isDiscrete(space)
    ? takeChoice(action, value, space.n)
    : takeAction(action, value, space, isRaw);
}

/** Checks an action of a discrete space. */
function takeChoice(action: string, value: unknown, n: number): number {
  return takeNumber(action, "the action", value, { min: 0, max: n - 1, integer: true });
}

/** A copy of an action, limited to its box unless the task does that. */
function takeAction(action: string, value: unknown, space: Box, isRaw: boolean): number[] {
  if (!isVector(value)) {
    return fail(action, `the action is ${describeOption(value)}, expected an array of numbers`);
  }
  const { length } = space.low;
  if (value.length !== length) {
    fail(action, `the action has length ${value.length}, expected ${length}`);
  }
  const copy = new Array<number>(length);
  for (let i = 0; i < length; i++) {
    const x = value[i];
    const limited = typeof x !== "number" ? NaN : isRaw ? x : limit(x, space.low[i], space.high[i]);
    copy[i] = Number.isFinite(Math.fround(limited))
      ? limited
      : refuseComponent(action, `component ${i} of the action`, x);
  }
  return copy;
}
