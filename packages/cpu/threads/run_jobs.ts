import { common, type SharedMemory } from "./common.ts";
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
  readonly executable: Executable;
  /** Where workers do jobs: each entry takes one job at a time. */
  readonly memories: readonly SharedMemory[];
  /** Does a job here. */
  run(job: number): void;
  /** Brings what a job reads into a memory, and returns its call there. */
  load(job: number, memory: SharedMemory): KernelCall;
  /** Takes the results of a job from there. */
  store?(job: number, memory: SharedMemory): void;
}

/**
 * Does jobs here and on workers. The last job is always done here, and so are those that no worker
 * has begun, the last first.
 *
 * @returns The jobs that failed on a worker or aren't done in time.
 */
export function runJobs(jobs: Jobs): readonly number[] {
  const { count, memories } = jobs;
  const calls = common();
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
    if (slot < 0 || next + 1 >= count) return false;
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
    calls.wait(slot, patience.least + patience.times * longest);
    if (calls.state(slot) === slotState.busy && given.delete(slot)) missing.push(job);
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
    while (takeBack() !== undefined); // after an error, no worker begins a call
  }
  adaptLimit(missing.length === 0 && performance.now() - start < count * spent / done);
  return missing;
}

/**
 * Does at most `slotCount` calls in the common memory, here and on workers.
 *
 * @returns False where a worker failed or is late: then results are missing.
 */
export function runTogether(executable: Executable, calls: readonly KernelCall[]): boolean {
  const memories = calls.map(() => common().memory);
  const run = (job: number) => executable.run(calls[job]);
  const load = (job: number) => calls[job];
  return runJobs({ count: calls.length, executable, memories, run, load }).length === 0;
}
