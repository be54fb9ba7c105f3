import type { Tensor } from "@spikeloop/tensor";
import { cubaLif } from "../models/cuba_lif.ts";
import { integrateAndFire } from "../models/integrate_and_fire.ts";
import { lif } from "../models/lif.ts";
import type { ILCNodeOptions } from "./ilc_base_node.ts";
import { ILCModelNode } from "./ilc_model_node.ts";

/** What `ILCLIFNode` takes. */
export interface ILCLIFNodeOptions extends ILCNodeOptions {
  /** What is left of the membrane after a step, at least 0; 0.75 if missing. */
  readonly vDecay?: number;
}

/** What `ILCCUBALIFNode` takes. */
export interface ILCCUBALIFNodeOptions extends ILCLIFNodeOptions {
  /** What is left of the synaptic current after a step, at least 0; 0.5 if missing. */
  readonly cDecay?: number;
}

/**
 * Integrate and fire with the lateral connection of {@linkcode ILCBaseNode}:
 *
 *     v' = v + input,   spike where v' >= vThreshold,   v = (1 - spike)·v' + spike·vReset
 *
 * or v = v' - spike·vThreshold where vReset is null. vThreshold is 1 and vReset 0 if missing; all is dimensionless.
 * xSeq and spikes are [T, N, D], D = actDim · decPopDim.
 *
 * Source: "Fully Spiking Actor Network with Intralayer Connections for Reinforcement Learning", Chen, Peng, Huang and
 * Tian, IEEE TNNLS 2024, https://ieeexplore.ieee.org/document/10423179. As SpikingJelly's ILCIFNode.
 *
 * @example
 * ```ts
 * import { ILCIFNode } from "@spikeloop/neuron";
 * import { full } from "@spikeloop/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const node = new ILCIFNode({ actDim: 1, decPopDim: 1, vThreshold: 1 });
 * assertEquals(node.forward(full([1, 1, 1], 1)).item(), 1); // a membrane at the threshold fires
 * assertEquals(node.v.item(), 0);
 * ```
 */
export class ILCIFNode extends ILCModelNode {
  /**
   * @throws {TypeError} if an option is unknown or of the wrong kind.
   * @throws {RangeError} if a size is not a positive integer, or a number is out of range.
   */
  constructor(options: ILCNodeOptions) {
    super(options, { model: integrateAndFire });
  }
}

/**
 * Leaky integrate and fire with the lateral connection of {@linkcode ILCBaseNode}:
 *
 *     v' = vDecay·v + input,   spike where v' >= vThreshold,   v = (1 - spike)·v' + spike·vReset
 *
 * or v = v' - spike·vThreshold where vReset is null. vDecay is per step; vDecay is 0.75, vThreshold 1 and vReset 0 if
 * missing. xSeq and spikes are [T, N, D], D = actDim · decPopDim.
 *
 * Source: see {@linkcode ILCBaseNode}. As SpikingJelly's ILCLIFNode.
 *
 * @example
 * ```ts
 * import { ILCLIFNode } from "@spikeloop/neuron";
 * import { tensor } from "@spikeloop/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const node = new ILCLIFNode({ actDim: 1, decPopDim: 1, vDecay: 0.5 });
 * node.forward(tensor([[[0.5]]]));
 * assertEquals(node.v.item(), 0.5);
 * ```
 */
export class ILCLIFNode extends ILCModelNode {
  /**
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

/**
 * Current-based leaky integrate and fire with the lateral connection of {@linkcode ILCBaseNode}:
 *
 *     c = cDecay·c + input,   v' = vDecay·v + c,   spike where v' >= vThreshold,
 *     v = (1 - spike)·v' + spike·vReset
 *
 * or v = v' - spike·vThreshold where vReset is null; c is never reset. Decays are per step; cDecay is 0.5, vDecay 0.75,
 * vThreshold 0.5 and vReset 0 if missing. xSeq and spikes are [T, N, D], D = actDim · decPopDim.
 *
 * Source: see {@linkcode ILCBaseNode}. As SpikingJelly's ILCCUBALIFNode.
 *
 * @example
 * ```ts
 * import { ILCCUBALIFNode } from "@spikeloop/neuron";
 * import { key, uniform } from "@spikeloop/random";
 * import { grad, sum } from "@spikeloop/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const node = new ILCCUBALIFNode({ actDim: 8, decPopDim: 10, key: key(0) });
 * const xSeq = uniform(key(1), [5, 2, 80]);
 * assertEquals(node.forward(xSeq).shape, [5, 2, 80]);
 *
 * const loss = grad((p: ReturnType<typeof node.parameters>) => sum(node.apply(p, xSeq)));
 * assertEquals(loss(node.parameters())["conn.weight"].shape, [80, 1, 10]);
 * ```
 */
export class ILCCUBALIFNode extends ILCModelNode {
  /**
   * @throws {TypeError} if an option is unknown or of the wrong kind.
   * @throws {RangeError} if a size is not a positive integer, or a number is out of range.
   */
  constructor(options: ILCCUBALIFNodeOptions) {
    super(options, { model: cubaLif });
  }

  /** What is left of the synaptic current after a step. */
  get cDecay(): number {
    return this.constant("cDecay");
  }

  /** What is left of the membrane after a step. */
  get vDecay(): number {
    return this.constant("vDecay");
  }

  /**
   * The synaptic current [N, D] after the last step of `forward`.
   *
   * @throws {Error} if nothing has run yet.
   */
  get c(): Tensor {
    return this.state("c");
  }

  set c(value: Tensor) {
    this.setState("c", value);
  }
}
