// Numbers that may not be there yet: arrays that gradients make and nobody sees (ADR 0027). This
// file holds no more of them than every kernel needs.
import { hostArray, type HostStorage, type Storage } from "@spikeloop/backend";

/** Numbers that are computed where they are needed. */
export interface Source extends HostStorage {
  /** Whether its numbers are copies, which are as good as computed. */
  readonly isCopy: boolean;
  /** Its numbers, to be read before the gradient ends. */
  borrow(): Float32Array;
  /** Itself, for a reader who computes it by parts; or its numbers. */
  source(): Source | Float32Array;
  /** Computes `count` numbers, from `from` on, into `target` at `to`. */
  load(from: number, count: number, target: Float32Array, to: number): void;
}

/** Whether there has been any: most programs on small arrays make none, and needn't look. */
export const sources = { exist: false };

/** How many scopes have closed: what was made for a pullback before is not needed any more. */
export const scopes = { closed: 0 };

const isSource = (storage: Storage): storage is Source => "borrow" in storage;

/** The numbers of storage, for a call that does not hold on to them. */
export function borrow(storage: Storage): Float32Array {
  if (storage instanceof Float32Array) return storage;
  return isSource(storage) ? storage.borrow() : hostArray(storage);
}

/** The numbers of storage, or what computes them by parts, for one reader. */
export function sourceOf(storage: Storage): Source | Float32Array {
  if (storage instanceof Float32Array) return storage;
  return isSource(storage) ? storage.source() : hostArray(storage);
}

/** Makes storage ready for `asSource`. What is copied from other numbers is not copied twice. */
export function prepare(storage: Storage): void {
  if (storage instanceof Float32Array) return;
  if (isSource(storage) && storage.isCopy) storage.source();
  else borrow(storage);
}

/** The result of `sourceOf` or `prepare`, passed on as storage to the same reader. */
export function asSource(storage: Storage): Source | Float32Array {
  if (storage instanceof Float32Array) return storage;
  return isSource(storage) ? storage : hostArray(storage);
}
