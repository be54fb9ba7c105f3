import { fail, takeCount } from "@spikeloop/errors";
import { integrateAndFire } from "@spikeloop/neuron";
import type { Tensor } from "@spikeloop/tensor";
import { BaseNode } from "./base_node.ts";
import type { NodeDesign, SpikingNodeOptions, Units } from "./node_design.ts";
import type { SpikingMembers } from "./node_members.ts";
import { takeOptions } from "./node_setting.ts";

/** The options of nodes with a lateral connection. */
export interface ILCNodeOptions extends SpikingNodeOptions {
  /** The number of groups, one per dimension of the action. */
  readonly actDim: number;
  /** P, the units of a group. */
  readonly decPopDim: number;
}

/** The options that hold D. */
export const ilcSizes: readonly string[] = ["actDim", "decPopDim"];

/**
 * Reads D = actDim · decPopDim.
 *
 * @throws {TypeError} if the options are no record, one is unknown, or a size is not a number.
 * @throws {RangeError} if a size is not an integer of at least 1.
 */
export function ilcUnits(action: string, options: unknown, design: NodeDesign): Units {
  const example = "a record such as { actDim: 8, decPopDim: 10 }";
  const sizes = takeOptions(action, options, design, example);
  const [actDim, decPopDim] = ilcSizes.map((name) => takeCount(action, name, sizes[name]));
  const count = actDim * decPopDim;
  return { count, because: `actDim ${actDim} · decPopDim ${decPopDim} = ${count}` };
}

/** A lateral connection: unit a·P + j hears unit a·P + k with weight[a·P + j, 0, k]. */
export interface Connection {
  /** [D, 1, P]. */
  readonly weight: Tensor;
  /** [D]. */
  readonly bias: Tensor;
}

const ownEquations: NodeDesign = { model: integrateAndFire };

/** The properties that `ILCBaseNode` has because of its model. */
export interface ILCBaseNode extends SpikingMembers {}

/**
 * Units in `actDim` groups of `decPopDim`; every unit hears all units of its group, itself
 * included, one step later:
 *
 *     input[t] = x[t] + lateral[t],   lateral[0] = 0,
 *     lateral[t+1][a·P + j] = bias[a·P + j] + Σₖ weight[a·P + j, 0, k] · spike[t][a·P + k]
 *
 * D = actDim · decPopDim, P = decPopDim. Every sequence starts at rest, and gradients flow through
 * the connection, the reset and time. Weight and bias are drawn from U(-1/√P, 1/√P), as
 * `torch.nn.Conv1d` draws them.
 *
 * A subclass writes its own equations with functions of tensors on `this.v` [N, D]:
 * `neuronalCharge(x)`, and if needed `neuronalFire()`, `neuronalReset(spike)` and `initTensor(x)`.
 * It runs step by step and is trained like the others.
 *
 * Source: "Fully Spiking Actor Network with Intralayer Connections for Reinforcement Learning",
 * IEEE TNNLS, https://ieeexplore.ieee.org/document/10423179. As SpikingJelly's ILCBaseNode.
 *
 * @example A membrane that saturates.
 * ```ts
 * import { ILCBaseNode } from "@spikeloop/nodes";
 * import { add, grad, mul, ones, sum, tanh, type Tensor } from "@spikeloop/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * class SaturatingNode extends ILCBaseNode {
 *   override neuronalCharge(x: Tensor): void {
 *     this.v = tanh(add(mul(this.v, 0.75), x));
 *   }
 * }
 *
 * const node = new SaturatingNode({ actDim: 2, decPopDim: 3, vThreshold: 0.5 });
 * assertEquals(node.forward(ones([4, 1, 6])).shape, [4, 1, 6]);
 * const grads = grad((p) => sum(node.apply(p, ones([4, 1, 6]))))(node.parameters());
 * assertEquals(grads["conn.weight"].shape, [6, 1, 3]);
 * ```
 */
export abstract class ILCBaseNode extends BaseNode {
  /** The number of groups. */
  readonly actDim: number;
  /** P. */
  readonly decPopDim: number;

  /**
   * Checks the options and draws the parameters.
   *
   * @param design Sets the class apart if it has no equations of its own.
   * @throws {TypeError} if an option is unknown or of the wrong kind, or a subclass has no
   * `neuronalCharge(x)`.
   * @throws {RangeError} if a size is not a positive integer, or a number is out of range.
   */
  constructor(options: ILCNodeOptions, design: NodeDesign = ownEquations) {
    const action = `make ${new.target.name}`;
    const named = { ...design, options: [...ilcSizes, ...design.options ?? []] };
    const units = ilcUnits(action, options, named);
    super(options, { ...named, units, group: options.decPopDim });
    this.actDim = options.actDim;
    this.decPopDim = options.decPopDim;
    if (design === ownEquations && this.neuronalCharge === BaseNode.prototype.neuronalCharge) {
      fail(action, "it needs a neuronalCharge(x) of its own");
    }
  }

  /** Charges the membrane with x [N, D], the lateral current included. */
  abstract override neuronalCharge(x: Tensor): void;

  /** D, as SpikingJelly calls it. */
  get outPopDim(): number {
    return this.actDim * this.decPopDim;
  }

  /** The lateral connection. */
  get conn(): Connection {
    return { weight: this.parameter("conn.weight"), bias: this.parameter("conn.bias") };
  }
}

/** The equation that `ILCModelNode` has because of its model, as `BaseNode` runs it. */
export interface ILCModelNode {
  /** Charges the membrane with x [N, D], the lateral current included. */
  neuronalCharge(x: Tensor): void;
}

/**
 * A node with a lateral connection whose equations are those of a model: it runs as one kernel.
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
export abstract class ILCModelNode extends ILCBaseNode {}
