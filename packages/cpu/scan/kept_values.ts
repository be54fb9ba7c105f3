// Values that forward passes leave for their pullbacks, the latest over the oldest, in the memory
// of this thread. Only gradients need this file.
import { keepingKernel, type LeftForPullback, type ScanKernel } from "@spikeloop/backend";
import { scopes } from "../source.ts";
import { keptBytes, scanMemory } from "./memory.ts";

/** How often the room was begun anew, the bytes used since, and the scopes that had closed. */
let round = 0;
let used = 0;
let closed = 0;

/** The values of one forward pass. */
export class KeptValues implements LeftForPullback {
  readonly kernel: ScanKernel;
  #round = 0;
  #offset = 0;
  /** Where the tile started: if it has moved since, so has the room for values. */
  #tileStart = 0;

  /** For a pass that is about to run. */
  constructor(kernel: ScanKernel) {
    this.kernel = keepingKernel(kernel);
  }

  keep(bytes: number): number {
    // The first of a gradient begins anew: caches hold the memory that the gradient before it took.
    if (closed !== scopes.closed || used + bytes > keptBytes) {
      closed = scopes.closed;
      used = 0;
      round++;
    }
    this.#round = round;
    this.#offset = used;
    used += bytes + 63 & -64;
    this.#tileStart = scanMemory().tileStart;
    return this.#tileStart - keptBytes + this.#offset;
  }

  find(): number | undefined {
    const isLeft = this.#round === round || this.#round === round - 1 && this.#offset >= used;
    const { tileStart } = scanMemory();
    return isLeft && this.#tileStart === tileStart
      ? tileStart - keptBytes + this.#offset
      : undefined;
  }
}
