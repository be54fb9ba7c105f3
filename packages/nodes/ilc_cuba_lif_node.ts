import type { Tensor } from "@spikeloop/tensor";
import { cubaLif } from "@spikeloop/neuron";
import type { ILCNodeOptions } from "./ilc_base_node.ts";
import { ILCModelNode } from "./ilc_model_node.ts";

/** What `ILCCUBALIFNode` takes. */
export interface ILCCUBALIFNodeOptions extends ILCNodeOptions {
  /** What is left of the current after a step; 0.5 if missing. */
  readonly cDecay?: number;
  /** What is left of the membrane after a step; 0.75 if missing. */
  readonly vDecay?: number;
}

/**
 * Current-based leaky integrate and fire with a lateral connection:
 *
 *     c = cDecay·c + x + lateral,   v' = vDecay·v + c,   spike where v' >= vThreshold,   v = (1 - spike)·v' + spike·vReset
 *
 * c is never reset. Populations, connection and source are those of `ILCBaseNode`. Defaults: cDecay 0.5, vDecay 0.75,
 * vThreshold 0.5, vReset 0, `rect()`. As SpikingJelly's ILCCUBALIFNode.
 *
 * @example Training through the connection.
 * ```ts
 * import { ILCCUBALIFNode } from "@spikeloop/nodes";
 * import { key } from "@spikeloop/random";
 * import { grad, ones, sum } from "@spikeloop/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const node = new ILCCUBALIFNode({ actDim: 8, decPopDim: 10, key: key(0) });
 * const xSeq = ones([5, 2, 80]);
 * const grads = grad((p) => sum(node.apply(p, xSeq)))(node.parameters());
 * assertEquals(grads["conn.bias"].shape, [80]);
 * ```
 */
export class ILCCUBALIFNode extends ILCModelNode {
  /**
   * Checks the options. Parameters start fresh.
   *
   * @throws {TypeError} if an option is unknown or of the wrong kind.
   * @throws {RangeError} if a size is not a positive integer, or a number is out of range.
   */
  constructor(options: ILCCUBALIFNodeOptions) {
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
