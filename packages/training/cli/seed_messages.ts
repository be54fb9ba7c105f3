import type { SeedProgress } from "./run_seed.ts";
import type { SeedRun } from "./run_folder.ts";

/** The work of a process that trains one seed. */
export interface SeedOrder {
  readonly run: SeedRun;
  readonly resume: boolean;
  /** The threads that it may use. */
  readonly threads: number;
}

/** A line that such a process writes. */
export type SeedMessage = SeedProgress | { readonly error: string };

/** The beginning of a message among the lines that an environment may print. */
export const messageMark = "\u001espikeloop ";
