import {
  describeOption,
  fail,
  isRecord,
  refuse,
  takeFlag,
  takeFunction,
  takeText,
} from "@spikeloop/errors";
import { type Key, takeKey } from "@spikeloop/random";
import type { Environment } from "./environment.ts";
import { limit, type Space, takeSpace } from "./space.ts";
import { isVector, refuseComponent, takeObject, takeVector } from "./take_vector.ts";

/** The guards of environments, and the guards themselves. */
const guards = /* @__PURE__ */ new WeakMap<object, Environment>();

/**
 * Returns an environment that keeps the promises of the interface, whatever the one inside does. It
 * limits actions (unless the task does so), copies what goes in and out, checks what comes out,
 * refuses steps outside of an episode, and cuts episodes at `maxSteps`. An environment has one
 * guard.
 *
 * @throws {TypeError} if a part is missing or of the wrong kind.
 * @throws {RangeError} if a number is out of range.
 */
export function guard(
  action: string,
  environment: Environment,
  limitsActions = false,
): Environment {
  const task = takeTask(action, environment);
  const known = guards.get(task);
  if (known !== undefined) return known;
  const name = takeText(action, "the environment's name", task.name);
  const observationSpace = takeSpace(action, "observationSpace", task.observationSpace);
  const actionSpace = takeSpace(action, "actionSpace", task.actionSpace);
  const maxSteps = takeMaxSteps(action, task.maxSteps);
  const obsDim = observationSpace.low.length;
  let isRunning = false;
  let steps = 0;
  const observationOf = (doing: string, value: unknown) =>
    Object.freeze(takeVector(doing, "its observation", value, obsDim));
  const isSaving = task.snapshot !== undefined || task.restore !== undefined;
  if (isSaving) {
    takeFunction(action, "the environment's snapshot", task.snapshot);
    takeFunction(action, "the environment's restore", task.restore);
  }
  const saving = isSaving && {
    snapshot: () => isRunning ? { name, steps, state: task.snapshot?.() } : undefined,
    restore: (snapshot: unknown) => {
      const doing = `restore ${name}`;
      if (!isRecord(snapshot) || !("state" in snapshot) || snapshot.name !== name) {
        return refuse(doing, "the snapshot", snapshot, `one of ${name}`);
      }
      const count: unknown = snapshot.steps;
      if (!Number.isSafeInteger(count) || Number(count) < 0 || Number(count) >= maxSteps) {
        refuse(doing, "steps", count, `an integer from 0 to ${maxSteps - 1}`, RangeError);
      }
      task.restore?.(snapshot.state);
      steps = Number(count);
      isRunning = true;
    },
  };
  const guarded: Environment = Object.freeze({
    name,
    observationSpace,
    actionSpace,
    maxSteps,
    reset: (key: Key) => {
      takeKey(`reset ${name}`, "key", key);
      isRunning = false;
      const observation = observationOf(`reset ${name}`, task.reset(key));
      [isRunning, steps] = [true, 0];
      return observation;
    },
    step: (move: ArrayLike<number>) => {
      const doing = `step ${name}`;
      if (!isRunning) {
        fail(doing, "no episode is running, call reset(key) first", RangeError);
      }
      const limited = takeAction(doing, move, actionSpace, limitsActions);
      const result = takeObject(
        doing,
        "its result",
        task.step(limited),
        "{ observation, reward, terminated, truncated }",
      );
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
    },
    ...saving,
  });
  guards.set(task, guarded);
  guards.set(guarded, guarded);
  return guarded;
}

/** Checks that a value is an environment as far as its methods go. */
function takeTask(action: string, value: unknown): Environment {
  const isTask = typeof value === "object" && value !== null && "step" in value &&
    typeof value.step === "function" && "reset" in value && typeof value.reset === "function";
  if (!isTask) return refuse(action, "environment", value, "one such as pendulum()");
  takeFunction(action, "the environment's step", value.step);
  takeFunction(action, "the environment's reset", value.reset);
  return value as Environment;
}

function takeMaxSteps(action: string, value: unknown): number {
  if (typeof value !== "number") return refuse(action, "maxSteps", value, "a number");
  if (value === Infinity || (Number.isSafeInteger(value) && value >= 1)) return value;
  return refuse(action, "maxSteps", value, "an integer of at least 1, or Infinity", RangeError);
}

/** A copy of an action, limited to its space unless the task does that. */
function takeAction(action: string, value: unknown, space: Space, isRaw: boolean): number[] {
  if (!isVector(value)) {
    return fail(action, `the action is ${describeOption(value)}, expected an array of numbers`);
  }
  const { length } = space.low;
  if (value.length !== length) {
    fail(action, `the action has ${value.length} components, expected ${length}`);
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
