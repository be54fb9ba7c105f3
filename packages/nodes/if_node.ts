import { sigmoid } from "@spikeloop/surrogate";
import { integrateAndFire } from "@spikeloop/neuron";
import { StatefulNode, type StatefulNodeOptions } from "./stateful_node.ts";

/**
 * Integrate and fire:
 *
 *     v' = v + x,   spike where v' >= vThreshold,   v = (1 - spike)·v' + spike·vReset
 *
 * or v = v' - spike·vThreshold where vReset is null. Its state persists until `reset`. Defaults: vThreshold 1, vReset 0,
 * `sigmoid()`. As SpikingJelly's IFNode.
 *
 * @example A sequence, and the same step by step.
 * ```ts
 * import { IFNode } from "@spikeloop/nodes";
 * import { full } from "@spikeloop/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const node = new IFNode();
 * assertEquals([...node.forward(full([4, 1, 1], 0.5)).dataSync()], [0, 1, 0, 1]);
 *
 * node.stepMode = "s";
 * assertEquals(node.forward(full([1, 1], 0.5)).item(), 0);
 * assertEquals(node.v.item(), 0.5);
 * node.reset();
 * ```
 */
export class IFNode extends StatefulNode {
  /**
   * Checks the options. Parameters start fresh.
   *
   * @throws {TypeError} if an option is unknown or of the wrong kind.
   * @throws {RangeError} if a number is out of range.
   */
  constructor(options: StatefulNodeOptions = {}) {
    super(options, { model: integrateAndFire, surrogate: sigmoid });
  }
}
