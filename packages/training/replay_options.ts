import { checkOptions, takeCount } from "@spikeloop/errors";
import { takeClipLimit } from "./running_statistics.ts";

/** The options of `ReplayBuffer`. */
export interface ReplayOptions {
  /** How many numbers an observation has. */
  readonly obsDim: number;
  /** How many numbers an action has. */
  readonly actDim: number;
  /** The most experiences; a new one then replaces the oldest. */
  readonly size: number;
  /** The limit of normalized observations, on both sides of 0; 3 if missing, Infinity for none. */
  readonly clipLimit?: number;
  /** The running statistics are updated after so many new experiences; 50 if missing. */
  readonly normUpdateEvery?: number;
}

const optionNames: readonly (keyof ReplayOptions)[] = [
  "obsDim",
  "actDim",
  "size",
  "clipLimit",
  "normUpdateEvery",
];

/**
 * Checks the options, and fills in the defaults.
 *
 * @throws {TypeError} if one is unknown, missing or of the wrong kind.
 * @throws {RangeError} if a size is not an integer of at least 1.
 */
export function takeReplayOptions(options: ReplayOptions): Required<ReplayOptions> {
  const action = "make a replay buffer";
  checkOptions(action, options, optionNames);
  const { normUpdateEvery = 50 } = options;
  return {
    obsDim: takeCount(action, "obsDim", options.obsDim),
    actDim: takeCount(action, "actDim", options.actDim),
    size: takeCount(action, "size", options.size),
    clipLimit: takeClipLimit(action, "clipLimit", options.clipLimit),
    normUpdateEvery: takeCount(action, "normUpdateEvery", normUpdateEvery),
  };
}
