import type { ScanArgs, ScanCotangents, ScanKernel, ScanWants } from "@spikeloop/backend";

/**
 * The arguments of a pullback. Signatures that the npm package declares have them, so this file
 * imports no plans.
 */
export interface PullbackArgs {
  readonly kernel: ScanKernel;
  readonly args: ScanArgs;
  readonly cotangents: ScanCotangents;
  readonly wants: ScanWants;
  /** States without a cotangent are not in the equations of the last step; else it is zero. */
  readonly skipsUnread?: boolean;
}
