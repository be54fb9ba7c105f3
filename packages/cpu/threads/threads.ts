// How many threads the CPU backend uses. No result depends on it, so it belongs to the process and
// not to a backend.
import { takeCount } from "@spikeloop/errors";
import { PooledWorker } from "./pooled_worker.ts";
import { builtin, canStartWorkers } from "./runtime.ts";

/** Numbers in the largest operand from which on a second thread pays: docs/performance.md. */
export const worthSharing: number = 1 << 16;

/** Milliseconds of large calls before a worker is started, which costs up to half of that. */
const worthStarting = 250;

/** Copying for a worker takes up to half of the time of the job: more could not be kept busy. */
const usefulThreads = 4;

/** Milliseconds that a worker may take to start. */
const startingTime = 5000;

/** Losses in a row that are borne: workers are slow as long as their code is new. */
const borneLosses = 4;

/** Doublings of the number of calls without workers after more losses. */
const mostDoublings = 6;

const workers: PooledWorker[] = [];
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

function mostWorkers(): number {
  limit ??= canStartWorkers() ? Math.min(cores(), usefulThreads) : 1;
  return isBroken ? 0 : limit - 1;
}

function startPooledWorker(): void {
  try {
    workers.push(new PooledWorker());
  } catch {
    isBroken = true; // not allowed here
  }
}

let readyWorkers = () => workers.filter((w) => w.isReady).length;

/** Ends all workers where one has failed: others would, too. */
function dropFailed(): void {
  if (!workers.some((w) => w.hasFailed)) return;
  isBroken = true;
  for (const worker of workers.splice(0)) worker.stop();
}

/**
 * Notes whether workers have made a call faster. Where they don't, say on a busy machine, they are
 * left out for a while.
 */
export function adaptLimit(isFaster: boolean): void {
  losses = isFaster ? 0 : Math.min(losses + 1, borneLosses + mostDoublings);
  resting = losses > borneLosses ? 2 ** (losses - borneLosses) : 0;
}

/** Whether a program may have a second thread here. */
export const allowsThreads = (): boolean => mostWorkers() > 0;

/** Leaves out the only worker while another thread of the program, which `isBusy`, has its core. */
export function leaveCore(isBusy: () => boolean): void {
  const ready = readyWorkers;
  readyWorkers = () => mostWorkers() === 1 && isBusy() ? 0 : ready();
}

/**
 * Runs a call that is large enough to be shared, with as many workers as are ready: 0 where this
 * thread is alone. The time of such calls counts towards starting one more worker.
 */
export function share<R>(run: (workers: number) => R): R {
  if (mostWorkers() === 0 || resting > 0) {
    resting = Math.max(0, resting - 1);
    return run(0);
  }
  const start = performance.now();
  const result = run(readyWorkers());
  dropFailed();
  if (workers.length < mostWorkers()) {
    spent += performance.now() - start;
    if (spent > worthStarting) {
      spent = 0;
      startPooledWorker();
    }
  }
  return result;
}

/**
 * Sets how many threads the CPU backend may use, the calling one included: 1 turns workers
 * off and ends those that run. Without it the limit is the number of cores, at most 4, or 1 where
 * threads can't share memory (a page that isn't cross-origin isolated). Results are the same bits
 * whatever the limit.
 *
 * A worker is started once large calls have taken a quarter of a second. It never keeps a program
 * from ending.
 *
 * @throws {TypeError} if `most` is not a number.
 * @throws {RangeError} if it is not an integer of at least 1.
 *
 * @example
 * ```ts
 * import { limitThreads } from "@spikeloop/cpu";
 *
 * limitThreads(1);
 * ```
 */
export function limitThreads(most: number): void {
  takeCount("limit threads", "most", most);
  limit = canStartWorkers() ? most : 1;
  for (const worker of workers.splice(limit - 1)) worker.stop();
  losses = resting = 0;
}

/**
 * Starts as many workers as `limitThreads` allows now, instead of once large calls have taken long,
 * and resolves to the number of threads that are ready: 1 where no worker can be started.
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
  while (workers.length < mostWorkers()) startPooledWorker();
  const end = performance.now() + startingTime;
  while (readyWorkers() < workers.length && performance.now() < end) {
    await new Promise((resolve) => setTimeout(resolve, 1));
    dropFailed();
  }
  return 1 + readyWorkers();
}
