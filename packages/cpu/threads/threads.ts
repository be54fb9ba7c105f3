// How many threads the CPU backend uses. No result depends on it, so it belongs to the process and not to a backend.
import { Helper } from "./helper.ts";
import { builtin, canStartWorkers } from "./start_worker.ts";

/** Numbers in the largest operand of a call from which on a second thread pays (measured: docs/performance.md). */
export const worthSharing: number = 1 << 18;

/** Milliseconds that large calls take before a helper is started for them: to start one costs up to half of that. */
const worthStarting = 250;

/** Copying for a helper takes this thread up to half of the time of the job: it could not keep more threads busy. */
const usefulThreads = 4;

/** Milliseconds that a helper is given to start. */
const startingTime = 5000;

/** Losses in a row that are borne: helpers are slow as long as their code is new. */
const borneLosses = 4;

/** Doublings of the number of calls without helpers after more losses. */
const mostDoublings = 6;

const helpers: Helper[] = [];
let limit: number | undefined;
let spent = 0;
let losses = 0;
let resting = 0;
let isBroken = false;

function cores(): number {
  if (typeof navigator === "object" && navigator.hardwareConcurrency > 0) {
    return navigator.hardwareConcurrency;
  }
  return builtin<{ availableParallelism(): number }>("node:os")?.availableParallelism() ?? 1;
}

function mostHelpers(): number {
  limit ??= canStartWorkers() ? Math.min(cores(), usefulThreads) : 1;
  return isBroken ? 0 : limit - 1;
}

function startHelper(): void {
  try {
    helpers.push(new Helper());
  } catch {
    isBroken = true; // not allowed here
  }
}

function readyHelpers(): readonly Helper[] {
  return helpers.filter((h) => h.isReady);
}

/** Notes whether helpers have made a call faster. Where they don't, say on a busy machine, they are left out for a while. */
export function judge(isFaster: boolean): void {
  losses = isFaster ? 0 : Math.min(losses + 1, borneLosses + mostDoublings);
  resting = losses > borneLosses ? 2 ** (losses - borneLosses) : 0;
}

/**
 * Runs a call that is large enough to be shared: with the helpers that are ready, or alone where there is none or
 * `shared` gives nothing. The time such calls take counts towards starting one more helper.
 */
export function share<R>(alone: () => R, shared: (helpers: readonly Helper[]) => R | undefined): R {
  if (mostHelpers() === 0 || resting > 0) {
    resting = Math.max(0, resting - 1);
    return alone();
  }
  const start = performance.now();
  const ready = readyHelpers();
  const result = (ready.length > 0 ? shared(ready) : undefined) ?? alone();
  if (helpers.length < mostHelpers()) {
    spent += performance.now() - start;
    if (spent > worthStarting) {
      spent = 0;
      startHelper();
    }
  }
  return result;
}

/**
 * Sets how many threads the CPU backend may use, the calling one included: 1 turns helpers off and ends those that
 * run. Without it the limit is the number of cores, at most 4, or 1 where threads can't share memory (a page that
 * isn't cross-origin isolated). Results are the same bits whatever the limit.
 *
 * A helper is started once large calls have taken a quarter of a second. It never keeps a program from ending.
 *
 * @throws {RangeError} if `most` is not a whole number of at least 1.
 *
 * @example
 * ```ts
 * import { limitThreads } from "@spikeloop/cpu";
 *
 * limitThreads(1);
 * ```
 */
export function limitThreads(most: number): void {
  if (!Number.isInteger(most) || most < 1) {
    throw new RangeError(
      `Cannot limit threads to ${most}: expected a whole number of at least 1`,
    );
  }
  limit = canStartWorkers() ? most : 1;
  for (const helper of helpers.splice(limit - 1)) helper.stop();
  losses = resting = 0;
}

/**
 * Starts as many helpers as `limitThreads` allows now, instead of once they have proved to pay, and resolves to the
 * number of threads that are ready: 1 where no helper can be started.
 *
 * @example
 * ```ts
 * import { startThreads } from "@spikeloop/cpu";
 * import { assert } from "@std/assert";
 *
 * const threads = await startThreads();
 * assert(threads >= 1);
 * ```
 */
export async function startThreads(): Promise<number> {
  while (helpers.length < mostHelpers()) startHelper();
  const end = performance.now() + startingTime;
  while (readyHelpers().length < helpers.length && performance.now() < end) {
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  return 1 + readyHelpers().length;
}
