// Calls of an environment that is checked: they may throw, or return a promise that never resolves.
import type { Space } from "@spikeloop/actor";
import { isPromise } from "./after.ts";
import type { AsyncEnvironment } from "./environment.ts";
import { messageOf } from "./message_of.ts";
import type { Steps } from "./trainer/steps.ts";

/** An environment that is checked. */
export interface Checked {
  readonly task: AsyncEnvironment<Space>;
  /** The most seconds that it waits for a promise. */
  readonly seconds: number;
  /** Notes a fault, the first of each kind. */
  note(kind: string, text?: string): void;
}

/** Ends the checks: what follows would tell nothing new. */
export class Stop extends Error {}

/** The failure of a call. */
export class Failure {
  readonly error: unknown;

  /** Keeps what was thrown. */
  constructor(error: unknown) {
    this.error = error;
  }
}

/** Calls the environment; a failure is a fault that ends the checks. */
export function* call(checked: Checked, doing: string, f: () => unknown): Steps<unknown> {
  const result = yield* attempt(checked, doing, f);
  if (!(result instanceof Failure)) return result;
  checked.note(`${doing} throws`, `${doing} throws: ${messageOf(result.error)}`);
  throw new Stop();
}

/** Calls the environment; returns its result or its failure. */
export function* attempt(
  { seconds, note }: Checked,
  doing: string,
  f: () => unknown,
): Steps<unknown> {
  let result: unknown;
  try {
    result = f();
  } catch (error) {
    return new Failure(error);
  }
  if (!isPromise(result)) return result;
  const value = yield settle(result, seconds);
  if (value !== late) return value;
  note(
    `the promise of ${doing} has not resolved for ${seconds} s; ` +
      "pass { seconds } if it may take longer",
  );
  throw new Stop();
}

/** Stands for what a promise holds that has not resolved in time. */
const late = Symbol("late");

/** Waits for the value of a promise or its failure; `late` after so many seconds. */
function settle(promise: Promise<unknown>, seconds: number): Promise<unknown> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(late), 1000 * seconds);
    const end = (value: unknown) => {
      clearTimeout(timer);
      resolve(value);
    };
    Promise.resolve(promise).then(end, (error) => end(new Failure(error)));
  });
}
