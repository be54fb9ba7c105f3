import type { Workload } from "./workload.ts";

/** How long to measure. */
export interface Effort {
  /** The work of a sample lasts at least this long, so that the clock's jitter does not count. */
  readonly sampleSeconds: number;
  /** No further sample is begun after this time, but some are always taken. */
  readonly totalSeconds: number;
  /** The least number of samples; seven if missing. */
  readonly samples?: number;
}

/** Long enough for a report. */
export const thorough: Effort = { sampleSeconds: 0.05, totalSeconds: 1.5 };

/** For a first look. */
export const quick: Effort = { sampleSeconds: 0.02, totalSeconds: 0.1 };

/** Too short for figures that mean anything: to try the report. */
export const untimed: Effort = { sampleSeconds: -1, totalSeconds: 0, samples: 1 };

const most = 31;

/** The most runs that wait for a device at the same time. */
const mostRuns = 2 ** 16;

const now = () => performance.now() / 1000;

/**
 * Returns the seconds of one run: (the time of 2n runs - the time of n runs) / n, so that the wait
 * for the device, which is the same after both, drops out. n grows until the difference is long
 * enough. Both times are the least of several, since all that disturbs them makes them longer.
 *
 * @param clock Returns seconds.
 */
export async function secondsPerRun(
  { run, settle }: Workload,
  { sampleSeconds, totalSeconds, samples: fewest = 7 }: Effort = thorough,
  clock: () => number = now,
): Promise<number> {
  const secondsOf = async (runs: number) => {
    const start = clock();
    for (let i = 0; i < runs; i++) {
      const starting = run();
      if (starting !== undefined) await starting;
    }
    await settle();
    return clock() - start;
  };
  const begin = clock();
  await secondsOf(2); // Warms up compilers and caches.
  const samples: { readonly once: number; readonly twice: number }[] = [];
  let runs = 1;
  while (samples.length < fewest || (samples.length < most && clock() - begin < totalSeconds)) {
    const sample = { once: await secondsOf(runs), twice: await secondsOf(2 * runs) };
    const difference = sample.twice - sample.once;
    if (difference >= sampleSeconds || runs >= mostRuns) samples.push(sample);
    else {
      const factor = 1.5 * sampleSeconds / Math.max(difference, 1e-9);
      runs = Math.min(mostRuns, Math.ceil(runs * Math.min(4, Math.max(2, factor))));
      samples.length = 0;
    }
  }
  const least = (times: readonly number[]) => Math.min(...times);
  const work = least(samples.map((s) => s.twice)) - least(samples.map((s) => s.once));
  return Math.max(0, work) / runs;
}
