// Storage that is known to hold zeros, as neurons at rest do: kernels need not read it from memory.
import type { Storage } from "@spikeloop/backend";
import { allocate, longestShared } from "./allocate.ts";

const known = new WeakSet<Storage>();

/** `length` zeros, never written to. */
export function zeroStorage(length: number): Float32Array<ArrayBuffer> {
  const made = allocate(length);
  if (length > longestShared) known.add(made);
  return made;
}

/** Whether a storage is one of these; of small ones, which are read as fast, nobody knows. */
export function isZeroStorage(storage: Storage): boolean {
  return storage.length > longestShared && known.has(storage);
}
