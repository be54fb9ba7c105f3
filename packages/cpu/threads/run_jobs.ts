import { commonCalls, commonMemory, type SharedMemory } from "./common_memory.ts";
import type { Executable, KernelCall } from "./executable.ts";
import { adaptLimit } from "./threads.ts";
import { slotState } from "./worker_source.ts";

/**
 * The wait for the last jobs of workers: `least` milliseconds, and on top `times` the longest time
 * that a job took here.
 */
const patience = { least: 1, times: 2 } as const;

/** Work cut into jobs, which this thread and workers do in any order. */
export interface Jobs {
  readonly count: number;
  /** The code of the jobs' calls. */
  readonly executable: Executable;
  /** Where workers do jobs: in one of these each, or in one that all jobs have in common. */
  readonly memories: readonly SharedMemory[];
  /** Does a job here. */
  run(job: number): void;
  /** Brings what a job reads into a memory, and returns its call there. */
  load(job: number, memory: SharedMemory): KernelCall;
  /** Takes the results of a job from there. */
  store?(job: number, memory: SharedMemory): void;
}

/**
 * Does jobs here and, where memories for them are given, on workers.
 *
 * @returns Those that failed on a worker, or aren't done in time.
 */
export function runJobs(jobs: Jobs): readonly number[] {
  const { count, memories } = jobs;
  for (let job = 0; memories.length === 0 && job < count; job++) jobs.run(job);
  if (memories.length === 0) return [];
  const calls = commonCalls();
  /** The jobs that workers have, by slot. */
  const given = new Map<number, number>();
  const missing: number[] = [];
  const start = performance.now();
  let [next, done, spent, longest] = [0, 0, 0, 0];
  const collect = () => {
    for (const [slot, job] of given) {
      const state = calls.state(slot);
      if (state === slotState.done) jobs.store?.(job, memories[slot]);
      else if (state === slotState.failed) missing.push(job);
      else continue;
      given.delete(slot);
    }
  };
  const give = (): boolean => {
    const slot = memories.findIndex((_, i) => !given.has(i));
    if (slot < 0 || next + 1 >= count) return false; // the last job is this thread's
    calls.post(slot, memories[slot], jobs.load(next, memories[slot]));
    given.set(slot, next++);
    return true;
  };
  const takeBack = (): number | undefined => {
    for (const [slot, job] of [...given].reverse()) {
      if (calls.takeBack(slot) && given.delete(slot)) return job;
    }
  };
  const doHere = (job: number) => {
    const before = performance.now();
    jobs.run(job);
    const took = performance.now() - before;
    done++;
    spent += took;
    longest = Math.max(longest, took);
  };
  const wait = () => {
    const [[slot, job]] = given;
    if (calls.wait(slot, patience.least + patience.times * longest)) return;
    missing.push(job);
    given.delete(slot);
  };
  calls.use(jobs.executable);
  try {
    while (true) {
      collect();
      if (give()) continue;
      const job = next < count ? next++ : takeBack();
      if (job !== undefined) doHere(job);
      else if (given.size > 0) wait();
      else break;
    }
  } finally {
    while (takeBack() !== undefined);
  }
  adaptLimit(missing.length === 0 && performance.now() - start < count * spent / done);
  return missing;
}

/**
 * Does calls in the common memory, at most `mostClaims`, by this thread and workers.
 *
 * @returns False where a worker failed or is late: then results are missing.
 */
export function runTogether(
  executable: Executable,
  calls: readonly KernelCall[],
): boolean {
  const memories = calls.map(commonMemory);
  const run = (job: number) => executable.run(calls[job]);
  const load = (job: number) => calls[job];
  return runJobs({ count: calls.length, executable, memories, run, load }).length === 0;
}
