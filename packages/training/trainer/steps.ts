import { fail } from "@spikeloop/errors";
import { afterAll, isPromise } from "../after.ts";

/**
 * A computation that may have to wait: it yields promises, and gets back their values. So one text
 * serves loops over environments that answer at once and loops over those that return promises.
 */
export type Steps<R> = Generator<Promise<unknown>, R, unknown>;

/** Waits for a value that may be a promise. */
export function* wait<T>(value: T | Promise<T>): Steps<T> {
  return isPromise(value) ? (yield value) as T : value;
}

/** Waits for all values of a list, which run side by side. */
export function waitAll<T>(values: readonly (T | Promise<T>)[]): Steps<T[]> {
  return wait(afterAll(values));
}

/**
 * Runs a computation that does not have to wait.
 *
 * @param help What to do where it has to.
 */
export function runSteps<R>(action: string, steps: Steps<R>, help: string): R {
  const { done, value } = steps.next();
  return done ? value : refusePromise(action, value, help);
}

/** Throws the error about a promise where nobody can wait. */
export function refusePromise(action: string, promise: Promise<unknown>, help: string): never {
  // Nobody else hears of its failure.
  promise.then(undefined, () => {});
  return fail(action, `it has to wait for a promise; ${help}`);
}

/** Runs a computation, and returns a promise of its result where it has to wait. */
export function runOrWait<R>(steps: Steps<R>): R | Promise<R> {
  const { done, value } = steps.next();
  return done ? value : waitForRest(steps, value);
}

async function waitForRest<R>(steps: Steps<R>, first: Promise<unknown>): Promise<R> {
  let turn = await resume(steps, first);
  while (!turn.done) turn = await resume(steps, turn.value);
  return turn.value;
}

/** Waits for a promise that a generator has yielded, and goes on with its value or its failure. */
export async function resume<Y, R>(
  generator: Generator<Y, R, unknown>,
  promise: Promise<unknown>,
): Promise<IteratorResult<Y, R>> {
  let value: unknown;
  try {
    value = await promise;
  } catch (error) {
    return generator.throw(error);
  }
  return generator.next(value);
}
