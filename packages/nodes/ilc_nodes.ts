import { cubaLif, integrateAndFire, lif } from "@spikeloop/neuron";
import { ILCModelNode, type ILCNodeOptions } from "./ilc_base_node.ts";
import type {
  CubaLIFDecayOptions,
  CubaLIFMembers,
  LIFDecayOptions,
  LIFMembers,
} from "./node_members.ts";

/**
 * Integrate and fire with a lateral connection:
 *
 *     v' = v + x + lateral,   spike where v' >= vThreshold,   v = (1 - spike)·v' + spike·vReset
 *
 * Groups, connection and source are those of `ILCBaseNode`. Defaults: vThreshold 1, vReset 0,
 * `rect()`. As SpikingJelly's ILCIFNode.
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
  /** Checks the options; `BaseNode` says which errors it throws. */
  constructor(options: ILCNodeOptions) {
    super(options, { model: integrateAndFire });
  }
}

/** The options of `ILCLIFNode`. */
export interface ILCLIFNodeOptions extends ILCNodeOptions, LIFDecayOptions {}

/** The properties that `ILCLIFNode` has because of its model. */
export interface ILCLIFNode extends LIFMembers {}

/**
 * Leaky integrate and fire with a lateral connection:
 *
 *     v' = vDecay·v + x + lateral,   spike where v' >= vThreshold,
 *     v = (1 - spike)·v' + spike·vReset
 *
 * Groups, connection and source are those of `ILCBaseNode`. Defaults: vDecay 0.75, vThreshold 1,
 * vReset 0, `rect()`. As SpikingJelly's ILCLIFNode.
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
  /** Checks the options; `BaseNode` says which errors it throws. */
  constructor(options: ILCLIFNodeOptions) {
    super(options, { model: lif });
  }
}

/** The options of `ILCCUBALIFNode`. */
export interface ILCCUBALIFNodeOptions extends ILCNodeOptions, CubaLIFDecayOptions {}

/** The properties that `ILCCUBALIFNode` has because of its model. */
export interface ILCCUBALIFNode extends CubaLIFMembers {}

/**
 * Current-based leaky integrate and fire with a lateral connection:
 *
 *     c = cDecay·c + x + lateral,   v' = vDecay·v + c,   spike where v' >= vThreshold,
 *     v = (1 - spike)·v' + spike·vReset
 *
 * c is never reset. Groups, connection and source are those of `ILCBaseNode`. Defaults: cDecay 0.5,
 * vDecay 0.75, vThreshold 0.5, vReset 0, `rect()`. As SpikingJelly's ILCCUBALIFNode.
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
  /** Checks the options; `BaseNode` says which errors it throws. */
  constructor(options: ILCCUBALIFNodeOptions) {
    super(options, { model: cubaLif });
  }
}
