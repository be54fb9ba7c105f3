import { lif } from "@spikeloop/neuron";
import type { ILCNodeOptions } from "./ilc_base_node.ts";
import { ILCModelNode } from "./ilc_model_node.ts";

/** What `ILCLIFNode` takes. */
export interface ILCLIFNodeOptions extends ILCNodeOptions {
  /** What is left of the membrane after a step; 0.75 if missing. */
  readonly vDecay?: number;
}

/**
 * Leaky integrate and fire with a lateral connection:
 *
 *     v' = vDecay·v + x + lateral,   spike where v' >= vThreshold,   v = (1 - spike)·v' + spike·vReset
 *
 * Populations, connection and source are those of `ILCBaseNode`. Defaults: vDecay 0.75, vThreshold 1, vReset 0,
 * `rect()`. As SpikingJelly's ILCLIFNode.
 *
 * @example
 * ```ts
 * import { ILCLIFNode } from "@spikeloop/nodes";
 * import { key } from "@spikeloop/random";
 * import { ones } from "@spikeloop/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const node = new ILCLIFNode({ actDim: 2, decPopDim: 3, key: key(0) });
 * assertEquals(node.forward(ones([5, 1, 6])).shape, [5, 1, 6]);
 * assertEquals(Object.keys(node.parameters()), ["conn.weight", "conn.bias"]);
 * ```
 */
export class ILCLIFNode extends ILCModelNode {
  /**
   * Checks the options. Parameters start fresh.
   *
   * @throws {TypeError} if an option is unknown or of the wrong kind.
   * @throws {RangeError} if a size is not a positive integer, or a number is out of range.
   */
  constructor(options: ILCLIFNodeOptions) {
    super(options, { model: lif });
  }

  /** What is left of the membrane after a step. */
  get vDecay(): number {
    return this.constant("vDecay");
  }
}
