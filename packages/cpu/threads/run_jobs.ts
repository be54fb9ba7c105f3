import { commonMemory } from "./common_memory.ts";
import type { Executable, KernelCall } from "./executable.ts";
import type { Mailbox } from "./mailbox.ts";
import type { PooledWorker } from "./pooled_worker.ts";
import { adaptLimit } from "./threads.ts";
import { mailboxState } from "./worker_source.ts";

/**
 * The wait for the last jobs of workers: `least` milliseconds, and on top `times` the longest time
 * that a job took here.
 */
const patience = { least: 1, times: 2 } as const;

/** Work cut into jobs, each of which runs in this thread's memory or a worker's, laid out alike. */
export interface Jobs {
  readonly count: number;
  readonly executable: Executable;
  /** This thread's memory. */
  readonly own: Float32Array;
  /** The bytes of it, from address 0 on, that jobs use. */
  readonly bytes: number;
  /** Writes what all jobs read. */
  prepare(floats: Float32Array): void;
  /** Writes what a job reads, and returns its calls. */
  load(job: number, floats: Float32Array): readonly KernelCall[];
  /** Takes a job's results. */
  store(job: number, floats: Float32Array): void;
}

/**
 * Does all jobs: without workers here, one after another; else here and on workers, in any order. A
 * job that fails on a worker, or isn't done in time, is done here: so an error is this thread's.
 */
export function runJobs(jobs: Jobs, workers: readonly PooledWorker[]): void {
  jobs.prepare(jobs.own);
  if (workers.length > 0) return runOnAll(jobs, workers);
  for (let job = 0; job < jobs.count; job++) runHere(jobs, job);
}

function runHere(jobs: Jobs, job: number): void {
  jobs.executable.run(jobs.load(job, jobs.own));
  jobs.store(job, jobs.own);
}

function runOnAll(jobs: Jobs, workers: readonly PooledWorker[]): void {
  const { count } = jobs;
  const pending = Array.from({ length: count }, (_, i) => count - 1 - i);
  const mailboxes = workers.flatMap((w) => w.mailboxes);
  const prepared = new Set<Mailbox>();
  const start = performance.now();
  let [done, spent, longest] = [0, 0, 0];
  const collect = (mailbox: Mailbox): void => {
    const { job, state } = mailbox;
    if (job === undefined || mailbox.isFull) return;
    if (state === mailboxState.done) {
      jobs.store(job, mailbox.floats);
      mailbox.clear();
    } else {
      mailbox.job = undefined;
      pending.push(job);
    }
  };
  const handOver = (worker: PooledWorker): boolean => {
    // The last jobs don't wait for a worker that is busy, and the very last is this thread's.
    if (pending.length <= (worker.isIdle ? 1 : workers.length)) return false;
    const mailbox = worker.free;
    const job = mailbox && pending.pop();
    if (mailbox === undefined || job === undefined) return false;
    mailbox.reserve(jobs.bytes);
    if (!prepared.has(mailbox)) jobs.prepare(mailbox.floats);
    prepared.add(mailbox);
    worker.post(job, jobs.executable, jobs.load(job, mailbox.floats));
    return true;
  };
  const doHere = (job: number): void => {
    const before = performance.now();
    runHere(jobs, job);
    const took = performance.now() - before;
    done++;
    spent += took;
    longest = Math.max(longest, took);
  };
  const waitFor = (mailbox: Mailbox): void => {
    mailbox.wait(patience.least + patience.times * longest);
    if (!mailbox.isFull || mailbox.job === undefined) return;
    pending.push(mailbox.job);
    mailbox.job = undefined; // The mailbox stays full until its worker is through.
  };
  try {
    while (true) {
      mailboxes.forEach(collect);
      if (workers.filter(handOver).length > 0) continue;
      const job = pending.pop();
      const busy = mailboxes.find((m) => m.job !== undefined);
      if (job !== undefined) doHere(job);
      else if (busy !== undefined) waitFor(busy);
      else break;
    }
    adaptLimit(performance.now() - start < count * spent / done);
  } finally {
    for (const mailbox of mailboxes) mailbox.job = undefined;
  }
}

/**
 * Does calls in the common memory, at most `mostClaims`, by this thread and workers: a call is done
 * by the thread that claims it first.
 *
 * @returns False where a worker failed or is late: then results are missing.
 */
export function runTogether(
  executable: Executable,
  calls: readonly KernelCall[],
  workers: readonly PooledWorker[],
): boolean {
  const { claims } = commonMemory();
  const helpers = workers.filter((worker) => worker.free !== undefined);
  const start = performance.now();
  claims.fill(0);
  for (const helper of helpers) helper.post(undefined, executable, calls);
  const posted = performance.now();
  let done = 0;
  for (let i = 0; i < calls.length; i++) {
    if (Atomics.exchange(claims, i, 1) !== 0) continue;
    executable.run([calls[i]]);
    done++;
  }
  const spent = performance.now() - posted;
  const areDone = helpers.map((helper) => helper.finish(patience.least + patience.times * spent));
  const isComplete = !areDone.includes(false);
  const alone = done === 0 ? Infinity : spent / done * calls.length;
  adaptLimit(isComplete && performance.now() - start < alone);
  return isComplete;
}
