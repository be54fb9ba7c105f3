import { fail } from "@spikeloop/errors";
import { isPromise } from "../after.ts";

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
export function* waitAll<T>(values: readonly (T | Promise<T>)[]): Steps<T[]> {
  return values.some(isPromise) ? (yield Promise.all(values)) as T[] : values as T[];
}

/** Runs a computation that does not have to wait. */
export function runSteps<R>(action: string, steps: Steps<R>): R {
  const { done, value } = steps.next();
  return done ? value : refusePromise(action, value);
}

/** Throws the error about a promise where nobody can wait. */
export function refusePromise(action: string, promise: Promise<unknown>): never {
  // Nobody else hears of its failure.
  promise.then(undefined, () => {});
  return fail(action, "it has to wait for a promise; iterate over the trainer with for await");
}
