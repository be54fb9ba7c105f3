import { type Space, takeBox, takeSpace } from "@spikeloop/actor";
import { fail, refuse, takeFunction, takeText } from "@spikeloop/errors";
import type { Key } from "@spikeloop/random";
import type { ActionOf, AsyncEnvironment, Environment } from "./environment.ts";
import { isVectorEnvironment } from "./environments/vector_environment.ts";
import { GuardedEpisodes, type GuardedTraits, type GuardOptions } from "./guarded_episodes.ts";
import { normalization, normalizationOf } from "./normalization.ts";

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
  options: GuardOptions,
): AsyncEnvironment<Space> {
  const traits = takeTraits(action, task);
  const isSaving = canSave(action, task);
  const episodes = new GuardedEpisodes(task, traits, options);
  const normalizing = normalizationOf(task);
  const guarded = {
    ...traits,
    reset: (key: Key) => episodes.reset(key),
    step: (move: ActionOf<Space>) => episodes.step(move),
    ...isSaving && {
      snapshot: () => episodes.snapshot(),
      restore: (snapshot: unknown) => episodes.restore(snapshot),
    },
    ...task[Symbol.dispose] !== undefined && { [Symbol.dispose]: () => episodes.dispose() },
    ...normalizing && { [normalization]: normalizing },
  };
  if (normalizing !== undefined) {
    Object.defineProperty(guarded, "statistics", { get: normalizing.read, enumerable: true });
  }
  return Object.freeze(guarded);
}

/** Checks the fields of an environment that are no methods. */
function takeTraits(action: string, task: AsyncEnvironment<Space>): GuardedTraits {
  const { observationSpace, actionSpace } = task;
  return {
    name: takeText(action, "the environment's name", task.name),
    observationSpace: takeBox(action, "the environment's observationSpace", observationSpace),
    actionSpace: takeSpace(action, "the environment's actionSpace", actionSpace),
    maxSteps: takeMaxSteps(action, task.maxSteps),
  };
}

/** Whether an environment takes snapshots; one method without the other is refused. */
function canSave(action: string, { snapshot, restore }: AsyncEnvironment<Space>): boolean {
  if (snapshot === undefined && restore === undefined) return false;
  takeFunction(action, "the environment's snapshot", snapshot);
  takeFunction(action, "the environment's restore", restore);
  return true;
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
