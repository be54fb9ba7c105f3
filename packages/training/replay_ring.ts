import { fail } from "@spikeloop/errors";
import type { ReplayOptions } from "./replay_options.ts";

/** The sizes of a ring. */
export type RingSizes = Pick<ReplayOptions, "obsDim" | "actDim" | "size">;

/**
 * The memory of a replay buffer, with room for R <= size experiences. The one of number k is at
 * index k mod size.
 */
export interface ReplayRing {
  /** [R, obsDim]. */
  observations: Float32Array;
  /** [R, obsDim]. */
  nextObservations: Float32Array;
  /** [R, actDim]. */
  actions: Float32Array;
  /** [R]. */
  rewards: Float32Array;
  /** [R]; 1 where the task ended. */
  dones: Float32Array;
  /** [R]; 1 where an episode started. */
  starts: Float32Array;
  /** How many experiences have been written so far. */
  written: number;
}

/** The parts of a ring, and how many numbers each has per experience. */
export function ringWidths({ obsDim, actDim }: RingSizes) {
  return {
    observations: obsDim,
    nextObservations: obsDim,
    actions: actDim,
    rewards: 1,
    dones: 1,
    starts: 1,
  } as const;
}

/** The names of the parts of a ring. */
export type RingPart = keyof ReturnType<typeof ringWidths>;

/**
 * Makes an empty ring with room for so many experiences.
 *
 * @throws {RangeError} if there is not enough memory for it.
 */
export function makeRing({ obsDim, actDim }: RingSizes, room: number): ReplayRing {
  try {
    return {
      observations: new Float32Array(room * obsDim),
      nextObservations: new Float32Array(room * obsDim),
      actions: new Float32Array(room * actDim),
      rewards: new Float32Array(room),
      dones: new Float32Array(room),
      starts: new Float32Array(room),
      written: 0,
    };
  } catch (cause) {
    const gigabytes = (room * (2 * obsDim + actDim + 3) * 4 / 1e9).toPrecision(3);
    return fail(
      "make a replay buffer",
      `size is ${room}, which takes ${gigabytes} GB; the machine does not give so much`,
      RangeError,
      { cause },
    );
  }
}

/** Makes room in a ring for so many experiences; buffers that share it see the same ring. */
export function growRing(ring: ReplayRing, sizes: RingSizes, room: number): void {
  if (ring.rewards.length >= room) return;
  const larger = makeRing(sizes, room);
  for (const part of Object.keys(ringWidths(sizes)) as RingPart[]) {
    larger[part].set(ring[part]);
    ring[part] = larger[part];
  }
}
