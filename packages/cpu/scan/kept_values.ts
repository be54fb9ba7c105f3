// Values that forward passes leave for their pullbacks, the latest over the oldest, in the memory
// of this thread. Only gradients need this file.
import { keepingKernel, type LeftForPullback, type ScanKernel } from "@spikeloop/backend";
import { scopes } from "../source.ts";
import { keptBytes, scanMemory } from "./memory.ts";

/** Blocks of 64 bytes. */
const keptBlocks = keptBytes / 64;

/** Blocks that were kept so far, with those that were skipped at the end of the room for them. */
let kept = 0;

/** How many scopes had closed when values were kept last. */
let closed = 0;

/** The values of one forward pass. */
export class KeptValues implements LeftForPullback {
  readonly kernel: ScanKernel;
  #place = 0;
  #address = 0;
  /** Where the tile started: if it has moved since, so has the room for values. */
  #tileStart = 0;

  /** For a pass that is about to run. */
  constructor(kernel: ScanKernel) {
    this.kernel = keepingKernel(kernel);
  }

  keep(bytes: number): number {
    const used = kept % keptBlocks;
    const blocks = Math.ceil(bytes / 64);
    // The first of a gradient begins anew: caches hold the memory that the gradient before it took.
    const isFirst = closed !== scopes.closed;
    if (used > 0 && (isFirst || used + blocks > keptBlocks)) kept += keptBlocks - used;
    closed = scopes.closed;
    this.#place = kept;
    kept += blocks;
    this.#tileStart = scanMemory().tileStart;
    return this.#address = this.#tileStart - keptBytes + 64 * (this.#place % keptBlocks);
  }

  find(): number | undefined {
    const isThere = this.#tileStart === scanMemory().tileStart && this.#place + keptBlocks >= kept;
    return isThere ? this.#address : undefined;
  }
}
