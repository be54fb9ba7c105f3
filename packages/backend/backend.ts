import type { Skeletons } from "./skeletons.ts";
import type { Storage } from "./storage.ts";

/**
 * What runs tensors; it knows no neuron and no surrogate. A skeleton that it leaves out is run by the CPU's kernels on
 * its storage, which then must be `Float32Array`s.
 */
export interface Backend extends Partial<Skeletons> {
  /** For messages, e.g. `"cpu"`. */
  readonly name: string;
  /** Storage with a copy of these numbers. */
  upload(data: Float32Array): Storage;
  /** Storage with the same number everywhere, where that is cheaper than to upload it. */
  fill?(length: number, value: number): Storage;
  /** A copy of what the storage holds. */
  read(storage: Storage): Promise<Float32Array>;
  /** The same without waiting, where that is possible. */
  readSync?(storage: Storage): Float32Array;
  /** Gives memory back early. Reading such storage afterwards is an error. */
  release?(storage: Storage): void;
  /** Opens a scope: storage made in it is released when it closes, except what is kept. Scopes nest. */
  openScope?(): void;
  /** Closes the innermost scope; `keep` moves to the scope outside. Gives what was made in it and kept. */
  closeScope?(keep: Iterable<Storage>): readonly Storage[];
  /** Lets storage outlive every open scope, for an object that holds on to it. */
  keep?(storage: Storage): void;
}

/** A backend that leaves nothing to the CPU. */
export type CompleteBackend = Backend & Skeletons;
