import type { Workload } from "./workload.ts";

/** How long to measure. */
export interface Effort {
  /** A sample lasts at least this long, so that waiting for a device does not count. */
  readonly sampleSeconds: number;
  /** No further sample is begun after this time, but three are always taken. */
  readonly totalSeconds: number;
}

/** Long enough for a report. */
export const thorough: Effort = { sampleSeconds: 0.05, totalSeconds: 1.5 };

/** For a first look. */
export const quick: Effort = { sampleSeconds: 0.005, totalSeconds: 0.1 };

const fewest = 3;
const most = 31;

const now = () => performance.now() / 1000;

/** The middle of numbers. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/**
 * Returns the seconds of one run: the median of several samples, each of many runs in a row. Two
 * runs before them warm up compilers and caches.
 */
export async function secondsPerRun(
  { run, settle }: Workload,
  { sampleSeconds, totalSeconds }: Effort = thorough,
): Promise<number> {
  const sample = async (runs: number) => {
    const start = now();
    for (let i = 0; i < runs; i++) run();
    await settle();
    return (now() - start) / runs;
  };
  const begin = now();
  await sample(1);
  const once = await sample(1);
  const runs = Math.max(1, Math.min(1000, Math.ceil(sampleSeconds / once)));
  const samples: number[] = [];
  while (samples.length < fewest || (samples.length < most && now() - begin < totalSeconds)) {
    samples.push(await sample(runs));
  }
  return median(samples);
}
