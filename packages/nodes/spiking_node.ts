import { BaseNode } from "./base_node.ts";
import type { NodeDesign, SpikingNodeOptions } from "./node_design.ts";

/** The base of nodes with a threshold. */
export abstract class SpikingNode extends BaseNode {
  /**
   * Checks the options and draws the parameters.
   *
   * @throws {TypeError} if an option is unknown or of the wrong kind.
   * @throws {RangeError} if a number is out of range.
   */
  constructor(options: SpikingNodeOptions, design: NodeDesign) {
    super(options, design);
  }

  /** A unit spikes where its membrane is at least this. */
  get vThreshold(): number {
    return this.constant("vThreshold");
  }

  /** Where a spike puts the membrane; null for soft reset. */
  get vReset(): number | null {
    return this.constantOrNull("vReset");
  }
}
