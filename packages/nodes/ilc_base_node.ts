import { split, uniform } from "@spikeloop/random";
import type { Tensor } from "@spikeloop/tensor";
import { integrateAndFire } from "@spikeloop/neuron";
import { BaseNode } from "./base_node.ts";
import { checkRecord, readCount } from "./check_options.ts";
import type { NodeDesign, SpikingNodeOptions } from "./node_design.ts";

/** What nodes with a lateral connection take. */
export interface ILCNodeOptions extends SpikingNodeOptions {
  /** How many populations, one per dimension of the action. */
  readonly actDim: number;
  /** P, the units of each. */
  readonly decPopDim: number;
}

/** A lateral connection: unit a·P + j hears unit a·P + k with weight[a·P + j, 0, k]. */
export interface Connection {
  /** [D, 1, P]. */
  readonly weight: Tensor;
  /** [D]. */
  readonly bias: Tensor;
}

const ownEquations: NodeDesign = { model: integrateAndFire };

/**
 * Units in `actDim` populations of `decPopDim`; inside each, every unit hears all units of the step before, itself
 * included:
 *
 *     input[t] = x[t] + lateral[t],   lateral[0] = 0,
 *     lateral[t+1][a·P + j] = bias[a·P + j] + Σₖ weight[a·P + j, 0, k] · spike[t][a·P + k]
 *
 * D = actDim · decPopDim, P = decPopDim. Every sequence starts at rest, and gradients flow through the connection, the
 * reset and time. Weight and bias are drawn from U(-1/√P, 1/√P), as `torch.nn.Conv1d` draws them.
 *
 * A subclass writes its own equations with functions of tensors on `this.v` [N, D]: `neuronalCharge(x)`, and if it
 * wants `neuronalFire()`, `neuronalReset(spike)` and `initTensor(x)`. It runs step by step and is trained like the
 * others.
 *
 * Source: "Fully Spiking Actor Network with Intralayer Connections for Reinforcement Learning", IEEE TNNLS,
 * https://ieeexplore.ieee.org/document/10423179. As SpikingJelly's ILCBaseNode.
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
  /** How many populations. */
  readonly actDim: number;
  /** P. */
  readonly decPopDim: number;

  /**
   * Checks the options. Parameters start fresh.
   *
   * @param design What sets the class apart, where it has no equations of its own.
   * @throws {TypeError} if an option is unknown or of the wrong kind, or a subclass has no `neuronalCharge(x)`.
   * @throws {RangeError} if a size is not a positive integer, or a number is out of range.
   */
  constructor(options: ILCNodeOptions, design: NodeDesign = ownEquations) {
    const name = new.target.name;
    checkRecord(name, options, " such as { actDim: 8, decPopDim: 10 }");
    const actDim = readCount(name, "actDim", options.actDim);
    const decPopDim = readCount(name, "decPopDim", options.decPopDim);
    super(options, connected(actDim, decPopDim, design));
    this.actDim = actDim;
    this.decPopDim = decPopDim;
    if (design === ownEquations && this.neuronalCharge === BaseNode.prototype.neuronalCharge) {
      throw new TypeError(
        `Cannot make ${name}: it has no neuronalCharge(x), which every subclass of ILCBaseNode needs`,
      );
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

  /** A unit spikes where its membrane is at least this. */
  get vThreshold(): number {
    return this.constant("vThreshold");
  }

  /** Where a spike puts the membrane; null for soft reset. */
  get vReset(): number | null {
    return this.constantOrNull("vReset");
  }
}

/** A design with a lateral connection inside populations. */
function connected(actDim: number, decPopDim: number, design: NodeDesign): NodeDesign {
  const count = actDim * decPopDim;
  return {
    ...design,
    options: ["actDim", "decPopDim", ...design.options ?? []],
    units: { count, because: `actDim ${actDim} · decPopDim ${decPopDim} = ${count}` },
    group: decPopDim,
    parameters: (key, { backend }) => {
      const [weightKey, biasKey] = split(key);
      const bound = 1 / Math.sqrt(decPopDim);
      const range = { min: -bound, max: bound, backend };
      return {
        "conn.weight": uniform(weightKey, [count, 1, decPopDim], range),
        "conn.bias": uniform(biasKey, [count], range),
      };
    },
  };
}
