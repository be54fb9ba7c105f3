// Skeletons of the CPU whose results take no memory, or memory that is used again, while a gradient
// is being taken (ADR 0027). `grad` brings them, so that no other program bundles them.
import type { Backend } from "@spikeloop/backend";
import type {
  isLate,
  lateGather,
  lateMap,
  lateScan,
  lateScanBackward,
  reuse,
} from "@spikeloop/cpu";

/** Skeletons that may leave a call to others, by returning undefined. */
export interface LateSkeletons {
  /** The backend that they are for. */
  readonly backend: Backend;
  /** Whether results of so many numbers are late. */
  readonly isLate: typeof isLate;
  /** See `Skeletons.map`. */
  readonly map: typeof lateMap;
  /** See `Skeletons.gather`. */
  readonly gather: typeof lateGather;
  /** See `Skeletons.scan`. */
  readonly scan: typeof lateScan;
  /** See `Skeletons.scanBackward`. */
  readonly scanBackward: typeof lateScanBackward;
  /** Runs any other one. */
  readonly reuse: typeof reuse;
}

/** Those of the gradient that is being taken. */
let inUse: LateSkeletons | undefined;

/** The late skeletons of a backend for results of so many numbers, while a gradient is taken. */
export function lateOn(backend: Backend, length: number): LateSkeletons | undefined {
  return inUse?.backend === backend && inUse.isLate(length) ? inUse : undefined;
}

/** Sets the late skeletons of the gradient that starts; undefined when it ends. */
export function setLateSkeletons(skeletons: LateSkeletons | undefined): void {
  inUse = skeletons;
}
