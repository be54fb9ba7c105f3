import type { Tensor } from "@spikeloop/tensor";
import { cubaLif } from "@spikeloop/neuron";
import { StatefulNode, type StatefulNodeOptions } from "./stateful_node.ts";

/** What `CUBALIFNode` takes. */
export interface CUBALIFNodeOptions extends StatefulNodeOptions {
  /** What is left of the current after a step; 0.5 if missing. */
  readonly cDecay?: number;
  /** What is left of the membrane after a step; 0.75 if missing. */
  readonly vDecay?: number;
}

/**
 * Current-based leaky integrate and fire:
 *
 *     c = cDecay·c + x,   v' = vDecay·v + c,   spike where v' >= vThreshold,   v = (1 - spike)·v' + spike·vReset
 *
 * or v = v' - spike·vThreshold where vReset is null. c is never reset by a spike. Its state persists until `reset`.
 * Defaults: cDecay 0.5, vDecay 0.75, vThreshold 0.5, vReset 0, `rect()`. As SpikingJelly's CUBALIFNode.
 *
 * @example
 * ```ts
 * import { CUBALIFNode } from "@spikeloop/nodes";
 * import { full } from "@spikeloop/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const node = new CUBALIFNode();
 * assertEquals([...node.forward(full([4, 1, 1], 0.2)).dataSync()], [0, 0, 1, 0]);
 * ```
 */
export class CUBALIFNode extends StatefulNode {
  /**
   * Checks the options. Parameters start fresh.
   *
   * @throws {TypeError} if an option is unknown or of the wrong kind.
   * @throws {RangeError} if a number is out of range.
   */
  constructor(options: CUBALIFNodeOptions = {}) {
    super(options, { model: cubaLif });
  }

  /** What is left of the current after a step. */
  get cDecay(): number {
    return this.constant("cDecay");
  }

  /** What is left of the membrane after a step. */
  get vDecay(): number {
    return this.constant("vDecay");
  }

  /** The current [N, D] after the last step of `forward`. */
  get c(): Tensor {
    return this.state("c");
  }

  set c(value: Tensor) {
    this.setState("c", value);
  }
}
