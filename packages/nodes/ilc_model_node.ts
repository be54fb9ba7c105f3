import type { Tensor } from "@spikeloop/tensor";
import { BaseNode } from "./base_node.ts";
import { sharesEquations } from "./equations.ts";
import { ILCBaseNode, type ILCNodeOptions } from "./ilc_base_node.ts";
import type { NodeDesign } from "./node_design.ts";

/**
 * A node with a lateral connection whose equations are those of a model, and which therefore runs as one kernel.
 * Options with the names of the model's parameters set these.
 *
 * @example A definition of your own becomes a class of nodes in three lines.
 * ```ts
 * import { ILCModelNode, type ILCNodeOptions } from "@spikeloop/nodes";
 * import { tauLif } from "@spikeloop/neuron";
 * import { ones } from "@spikeloop/tensor";
 * import { assert } from "@std/assert";
 *
 * class ILCTauLIFNode extends ILCModelNode {
 *   constructor(options: ILCNodeOptions & { readonly tau?: number }) {
 *     super(options, { model: tauLif });
 *   }
 * }
 *
 * const node = new ILCTauLIFNode({ actDim: 2, decPopDim: 3, tau: 1.5 });
 * assert(node.isFused && node.forward(ones([4, 1, 6])).size === 24);
 * ```
 */
export abstract class ILCModelNode extends ILCBaseNode {
  /**
   * Checks the options. Parameters start fresh.
   *
   * @throws {TypeError} if an option is unknown or of the wrong kind.
   * @throws {RangeError} if a size is not a positive integer, or a number is out of range.
   */
  constructor(options: ILCNodeOptions, design: NodeDesign) {
    super(options, design);
  }

  /** Charges the membrane as the model says. */
  override neuronalCharge(x: Tensor): void {
    BaseNode.prototype.neuronalCharge.call(this, x);
  }

  /** Whether a sequence runs as one kernel: no subclass has equations of its own. */
  override get isFused(): boolean {
    return sharesEquations(this, ILCModelNode.prototype);
  }
}
