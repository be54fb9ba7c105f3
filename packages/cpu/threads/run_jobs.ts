import type { Desk } from "./desk.ts";
import type { Helper } from "./helper.ts";
import type { Call, SharedKernel } from "./shared_kernel.ts";
import { judge } from "./threads.ts";
import { deskState } from "./worker_source.ts";

/** How long the last jobs of helpers are waited for: so many milliseconds, and times as long as a job took here. */
const patience = { least: 1, times: 2 } as const;

/** A piece of work cut into jobs, each of which may run in this thread's memory or in a helper's, laid out alike. */
export interface Jobs {
  /** How many. */
  readonly count: number;
  /** Whose functions are called. */
  readonly kernel: SharedKernel;
  /** This thread's memory. */
  readonly own: Float32Array;
  /** How many bytes of it, from address 0 on, jobs use. */
  readonly bytes: number;
  /** Writes what all jobs read. */
  prepare(floats: Float32Array): void;
  /** Writes what a job reads, and gives what it does. */
  load(job: number, floats: Float32Array): readonly Call[];
  /** Takes a job's results. */
  store(job: number, floats: Float32Array): void;
}

/**
 * Does all jobs, here and on helpers, in any order. A job that fails on a helper, or isn't done in time, is done here:
 * so an error is this thread's.
 */
export function runJobs(jobs: Jobs, helpers: readonly Helper[]): void {
  const { kernel, own } = jobs;
  const left = Array.from({ length: jobs.count }, (_, i) => jobs.count - 1 - i);
  const desks = helpers.flatMap((h) => h.desks);
  const prepared = new Set<Desk>();
  const start = performance.now();
  let [shortest, longest] = [Infinity, 0];
  const collect = (desk: Desk): void => {
    const { job, state } = desk;
    if (job === undefined || state === deskState.full) return;
    if (state === deskState.done) {
      jobs.store(job, desk.floats);
      desk.clear();
    } else {
      desk.job = undefined;
      left.push(job);
    }
  };
  const handOver = (helper: Helper): boolean => {
    // The last jobs don't wait for a helper that is busy, and the very last is this thread's.
    if (left.length <= (helper.isIdle ? 1 : helpers.length)) return false;
    const desk = helper.free;
    const job = desk && left.pop();
    if (desk === undefined || job === undefined) return false;
    desk.reserve(jobs.bytes);
    if (!prepared.has(desk)) jobs.prepare(desk.floats);
    prepared.add(desk);
    helper.post(job, kernel, jobs.load(job, desk.floats));
    return true;
  };
  const doHere = (job: number): void => {
    const before = performance.now();
    kernel.run(jobs.load(job, own));
    jobs.store(job, own);
    const took = performance.now() - before;
    shortest = Math.min(shortest, took);
    longest = Math.max(longest, took);
  };
  const waitFor = (desk: Desk): void => {
    desk.wait(patience.least + patience.times * longest);
    if (desk.state !== deskState.full || desk.job === undefined) return;
    left.push(desk.job);
    desk.job = undefined; // The desk stays full until its helper is through.
  };
  jobs.prepare(own);
  try {
    while (true) {
      desks.forEach(collect);
      if (helpers.filter(handOver).length > 0) continue;
      const job = left.pop();
      const busy = desks.find((d) => d.job !== undefined);
      if (job !== undefined) doHere(job);
      else if (busy !== undefined) waitFor(busy);
      else break;
    }
    if (desks.length > 0) judge(performance.now() - start < jobs.count * shortest);
  } finally {
    for (const desk of desks) desk.job = undefined;
  }
}
