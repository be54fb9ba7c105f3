import type { Skeletons } from "./skeletons.ts";
import type { Storage } from "./storage.ts";

/**
 * Holds tensors and runs the loops (skeletons) over them; it knows no neuron and no surrogate. The
 * CPU's kernels run every skeleton that a backend leaves out, so the storage of a backend that
 * leaves one out must be `Float32Array`s.
 */
export interface Backend extends Partial<Skeletons> {
  /** For messages, e.g. `"cpu"`. */
  readonly name: string;
  /** Makes storage with a copy of these numbers. */
  upload(data: Float32Array): Storage;
  /** Makes storage with the same number everywhere; present where that is cheaper than `upload`. */
  fill?(length: number, value: number): Storage;
  /** Reads a copy of the numbers. */
  read(storage: Storage): Promise<Float32Array>;
  /** Reads a copy of the numbers without waiting; present where that is possible. */
  readSync?(storage: Storage): Float32Array;
  /** Frees memory early. Reading such storage afterwards is an error. */
  release?(storage: Storage): void;
  /** Opens a scope: closing it releases the storage made meanwhile. Scopes nest. */
  openScope?(): void;
  /**
   * Closes the innermost scope. `keep` moves to the scope outside instead of being released.
   *
   * @returns The storage in `keep` that was made in this scope.
   */
  closeScope?(keep: Iterable<Storage>): readonly Storage[];
  /** Takes storage out of all open scopes, for an object that holds on to it. */
  keep?(storage: Storage): void;
}

/** A backend that leaves no skeleton to the CPU. */
export type CompleteBackend = Backend & Skeletons;
