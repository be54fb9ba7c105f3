import type { ScanArgs } from "@spikeloop/backend";
import { common } from "../threads/common.ts";
import type { Executable } from "../threads/executable.ts";
import { runJobs } from "../threads/run_jobs.ts";
import { placeParams } from "./copy.ts";
import { argumentsAt, scanMemory } from "./memory.ts";

/** A plan whose jobs are tiles, in this thread's memory or in one that is laid out alike. */
interface TilePlan {
  readonly jobs: number;
  readonly code: { readonly executable: Executable };
  readonly args: Parameters<typeof placeParams>[2];
}

/** How tiles come to a memory, and their results from there. */
interface Tiles {
  /** Writes what a job reads, and returns the kernel that does it. */
  load(job: number, floats: Float32Array): string;
  /** Takes a job's results. */
  store(job: number, floats: Float32Array): void;
}

/** Runs all tiles of a call, by this thread and so many workers. */
export function runTiles(
  { jobs: count, code: { executable }, args: at }: TilePlan,
  args: ScanArgs,
  { load, store }: Tiles,
  workers: number,
): void {
  const { floats: own, tables } = scanMemory();
  const prepared = new Set<Float32Array>();
  const bring = (job: number, floats: Float32Array) => {
    if (!prepared.has(floats)) {
      if (floats !== own && args.group > 0) floats.set(tables);
      placeParams(floats, args, at);
      prepared.add(floats);
    }
    return load(job, floats);
  };
  const run = (job: number) => {
    executable.exports[bring(job, own)](argumentsAt);
    store(job, own);
  };
  if (workers === 0) {
    for (let job = 0; job < count; job++) run(job);
    return;
  }
  const missing = runJobs({
    count,
    executable,
    memories: common().forJobs(workers),
    run,
    load: (job, { floats }) => executable.call(bring(job, floats), argumentsAt),
    store: (job, { floats }) => store(job, floats),
  });
  missing.forEach(run);
}
