import { integrateAndFire } from "@spikeloop/neuron";
import type { ILCNodeOptions } from "./ilc_base_node.ts";
import { ILCModelNode } from "./ilc_model_node.ts";

/**
 * Integrate and fire with a lateral connection:
 *
 *     v' = v + x + lateral,   spike where v' >= vThreshold,   v = (1 - spike)·v' + spike·vReset
 *
 * Populations, connection and source are those of `ILCBaseNode`. Defaults: vThreshold 1, vReset 0, `rect()`. As
 * SpikingJelly's ILCIFNode.
 *
 * @example
 * ```ts
 * import { ILCIFNode } from "@spikeloop/nodes";
 * import { key } from "@spikeloop/random";
 * import { ones } from "@spikeloop/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const node = new ILCIFNode({ actDim: 2, decPopDim: 3, key: key(0) });
 * assertEquals(node.forward(ones([5, 1, 6])).shape, [5, 1, 6]);
 * assertEquals(node.conn.weight.shape, [6, 1, 3]);
 * ```
 */
export class ILCIFNode extends ILCModelNode {
  /**
   * Checks the options. Parameters start fresh.
   *
   * @throws {TypeError} if an option is unknown or of the wrong kind.
   * @throws {RangeError} if a size is not a positive integer, or a number is out of range.
   */
  constructor(options: ILCNodeOptions) {
    super(options, { model: integrateAndFire });
  }
}
