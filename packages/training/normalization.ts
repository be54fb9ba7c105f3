import type { RunningStatistics } from "./running_statistics.ts";

/** How a task of `normalizeObservation` normalizes. Guards hand it on, and so do all wrappers. */
export interface Normalization {
  /** Returns the statistics of now. */
  readonly read: () => RunningStatistics;
  /** Whether observations change them. */
  readonly update: boolean;
}

/** The name under which a task has it: a symbol, so that no task of a user's own has it. */
export const normalization: unique symbol = Symbol("normalization");

/** How a task, or one inside it, normalizes observations; undefined if none does. */
export function normalizationOf(task: object): Normalization | undefined {
  return (task as { readonly [normalization]?: Normalization })[normalization];
}
