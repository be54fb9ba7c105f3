import { fail, refuse } from "@spikeloop/errors";
import type { ReplayOptions } from "./replay_options.ts";
import { type ReplayRing, type RingPart, type RingSizes, ringWidths } from "./replay_ring.ts";
import type { RunningStatistics } from "./running_statistics.ts";

/** All that a replay buffer holds, as plain arrays and numbers. */
export interface ReplaySnapshot {
  /** The options of the buffer. */
  readonly options: Required<ReplayOptions>;
  /** The observations, the oldest first, laid end to end. */
  readonly observations: Float32Array;
  /** The next observations. */
  readonly nextObservations: Float32Array;
  /** The actions. */
  readonly actions: Float32Array;
  /** The rewards. */
  readonly rewards: Float32Array;
  /** 1 where the task ended, else 0. */
  readonly dones: Float32Array;
  /** 1 where an episode started, else 0; 0 everywhere if missing. */
  readonly starts?: Float32Array;
  /** How many experiences were ever stored. */
  readonly stored: number;
  /** How many of them are not in the statistics yet. */
  readonly unseen: number;
  /** The running statistics of the observations. */
  readonly statistics: RunningStatistics;
}

/** The experiences of a snapshot. */
export type ReplayContents = Pick<ReplaySnapshot, RingPart>;

/** Copies the experiences of a ring, the oldest first; `stored` were ever stored. */
export function copyContents(
  ring: ReplayRing,
  sizes: RingSizes,
  stored: number,
): Required<ReplayContents> {
  const length = Math.min(stored, sizes.size);
  const copies = Object.entries(ringWidths(sizes)).map(([name, width]) => {
    const source = ring[name as RingPart];
    const copy = new Float32Array(length * width);
    const first = (stored - length) % sizes.size * width;
    const whole = Math.min(copy.length, sizes.size * width - first);
    copy.set(source.subarray(first, first + whole));
    copy.set(source.subarray(0, copy.length - whole), whole);
    return [name, copy] as const;
  });
  return Object.fromEntries(copies) as Required<ReplayContents>;
}

/**
 * Fills an empty ring with the last of `stored` experiences.
 *
 * @throws {TypeError} if a part is of another kind or length.
 * @throws {RangeError} if a number is not finite.
 */
export function restoreContents(
  action: string,
  ring: ReplayRing,
  sizes: RingSizes,
  stored: number,
  contents: ReplayContents,
): void {
  const length = Math.min(stored, sizes.size);
  for (const [name, width] of Object.entries(ringWidths(sizes))) {
    const part = name as RingPart;
    const source = contents[part];
    if (part === "starts" && source === undefined) continue;
    if (!(source instanceof Float32Array)) refuse(action, name, source, "a Float32Array");
    if (source.length !== length * width) {
      fail(action, `${name} has length ${source.length}, expected ${length * width}`);
    }
    if (!source.every(Number.isFinite)) {
      fail(action, `${name} has a number that is not finite`, RangeError);
    }
    // The oldest experience belongs at the index of its number.
    const first = (stored - length) % sizes.size * width;
    const whole = Math.min(source.length, sizes.size * width - first);
    ring[part].set(source.subarray(0, whole), first);
    ring[part].set(source.subarray(whole), 0);
  }
  ring.written = stored;
}
