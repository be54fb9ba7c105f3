import { sigmoid } from "@spikeloop/surrogate";
import { full, type Tensor } from "@spikeloop/tensor";
import { parametricLif, parametricLifRawInput } from "@spikeloop/neuron";
import { checkRecord, readFlag, readNumber } from "./check_options.ts";
import { StatefulNode, type StatefulNodeOptions } from "./stateful_node.ts";

/** What `ParametricLIFNode` takes. */
export interface ParametricLIFNodeOptions extends StatefulNodeOptions {
  /** The time constant in steps to start with, more than 1; 2 if missing. */
  readonly initTau?: number;
  /** Whether 1/tau scales the input too; true if missing. */
  readonly decayInput?: boolean;
}

/**
 * Leaky integrate and fire that learns its time constant, 1/tau = sigmoid(w):
 *
 *     v' = v + (x - (v - vReset))·sigmoid(w)   or, unless decayInput,   v' = v - (v - vReset)·sigmoid(w) + x
 *     spike where v' >= vThreshold,   v = (1 - spike)·v' + spike·vReset
 *
 * or, where vReset is null, the leak goes to 0 and v = v' - spike·vThreshold. Its state persists until `reset`. It
 * learns `w`, a scalar that starts at -ln(initTau - 1). Defaults: initTau 2, decayInput true, vThreshold 1, vReset 0,
 * `sigmoid()`.
 *
 * Source: Fang et al., "Incorporating Learnable Membrane Time Constant to Enhance Learning of Spiking Neural
 * Networks", ICCV 2021, https://arxiv.org/abs/2007.05785. As SpikingJelly's ParametricLIFNode.
 *
 * @example
 * ```ts
 * import { ParametricLIFNode } from "@spikeloop/nodes";
 * import { grad, ones, sum } from "@spikeloop/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const node = new ParametricLIFNode({ initTau: 2 });
 * const grads = grad((p) => sum(node.apply(p, ones([5, 1, 3]))))(node.parameters());
 * assertEquals(grads.w.shape, []);
 * ```
 */
export class ParametricLIFNode extends StatefulNode {
  /** Whether 1/tau scales the input too. */
  readonly decayInput: boolean;

  /**
   * Checks the options. Parameters start fresh.
   *
   * @throws {TypeError} if an option is unknown or of the wrong kind.
   * @throws {RangeError} if a number is out of range.
   */
  constructor(options: ParametricLIFNodeOptions = {}) {
    const name = new.target.name;
    checkRecord(name, options);
    const initTau = readNumber(name, "initTau", options.initTau ?? 2, { above: 1 });
    const decayInput = readFlag(name, "decayInput", options.decayInput ?? true);
    super(options, {
      model: decayInput ? parametricLif : parametricLifRawInput,
      surrogate: sigmoid,
      options: ["initTau", "decayInput"],
      parameters: (_, placement) => ({ w: full([], -Math.log(initTau - 1), placement) }),
    });
    this.decayInput = decayInput;
  }

  /** What is learned, a scalar: 1/tau = sigmoid(w). */
  get w(): Tensor {
    return this.parameter("w");
  }
}
