import type { Workload } from "./workload.ts";

/** How long to measure. */
export interface Effort {
  /** The work of a sample lasts at least this long, so that the clock's jitter does not count. */
  readonly sampleSeconds: number;
  /** No further sample is begun after this time, but five are always taken. */
  readonly totalSeconds: number;
}

/** Long enough for a report. */
export const thorough: Effort = { sampleSeconds: 0.05, totalSeconds: 1.5 };

/** For a first look. */
export const quick: Effort = { sampleSeconds: 0.03, totalSeconds: 0.1 };

const fewest = 5;
const most = 31;

/** The most runs that wait for a device at the same time. */
const mostRuns = 2 ** 16;

const now = () => performance.now() / 1000;

/** The middle of numbers. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/**
 * Returns the seconds of one run: the median of several samples. A sample is the time of 2n runs
 * less that of n runs, so the wait for the device, which is the same after both, drops out; n grows
 * until the work of a sample lasts long enough.
 *
 * @param clock Returns seconds.
 */
export async function secondsPerRun(
  { run, settle }: Workload,
  { sampleSeconds, totalSeconds }: Effort = thorough,
  clock: () => number = now,
): Promise<number> {
  const secondsOf = async (runs: number) => {
    const start = clock();
    for (let i = 0; i < runs; i++) run();
    await settle();
    return clock() - start;
  };
  const begin = clock();
  await secondsOf(2); // Warms up compilers and caches.
  const samples: number[] = [];
  let runs = 1;
  while (samples.length < fewest || (samples.length < most && clock() - begin < totalSeconds)) {
    const once = await secondsOf(runs);
    const difference = await secondsOf(2 * runs) - once;
    if (difference >= sampleSeconds || runs >= mostRuns) samples.push(difference / runs);
    else {
      const factor = 1.5 * sampleSeconds / Math.max(difference, 1e-9);
      runs = Math.min(mostRuns, Math.ceil(runs * Math.min(4, Math.max(2, factor))));
      samples.length = 0;
    }
  }
  return Math.max(0, median(samples));
}
