// Scopes of functions: a device releases what was made in one and is no result, and the CPU uses
// its memory again (ADR 0027).
import { type Backend, hostArray, type Storage } from "@spikeloop/backend";
import {
  closeLate,
  cpu,
  existsLate,
  isLate,
  lateGather,
  lateMap,
  lateScan,
  lateScanBackward,
  openLate,
  reuse,
} from "@spikeloop/cpu";
import { simdSupported } from "@spikeloop/expr/wasm";
import { type LateSkeletons, setLateSkeletons } from "./late_skeletons.ts";
import type { Tensor } from "./tensor.ts";

const lateSkeletons: LateSkeletons = {
  backend: cpu,
  isLate,
  map: lateMap,
  gather: lateGather,
  scan: lateScan,
  scanBackward: lateScanBackward,
  reuse,
};

const none: readonly Storage[] = [];

/** Opens a scope of a backend: what is made until it closes may be released then. Scopes nest. */
export function openScope(backend: Backend): void {
  if (backend !== cpu) return backend.openScope?.();
  if (!simdSupported()) return;
  openLate();
  setLateSkeletons(lateSkeletons);
}

/** Whether results must be kept: a device would release them, and the CPU may have put them off. */
export function needsKeeping(backend: Backend): boolean {
  return backend !== cpu || existsLate();
}

/** Keeps a result beyond the scopes of the CPU: it is computed, if that was put off. */
export function keepResult(x: Tensor): Tensor {
  if (x.backend === cpu) hostArray(x.storage);
  return x;
}

/**
 * Closes the innermost scope of a backend.
 *
 * @param keep The storage that a device doesn't release. Results of the CPU have been kept before.
 * @returns What of it was made in this scope.
 */
export function closeScope(backend: Backend, keep: Iterable<Storage>): readonly Storage[] {
  if (backend !== cpu) return backend.closeScope?.(keep) ?? none;
  if (simdSupported() && closeLate()) setLateSkeletons(undefined);
  return none;
}
