import { takeFlag, takeNumber, takeRecord } from "@spikeloop/errors";
import {
  cubaLif,
  integrateAndFire,
  parametricLif,
  parametricLifRawInput,
  tauLif,
  tauLifRawInput,
} from "@spikeloop/neuron";
import { sigmoid } from "@spikeloop/surrogate";
import type { Tensor } from "@spikeloop/tensor";
import type { CubaLIFDecayOptions, CubaLIFMembers } from "./node_members.ts";
import { StatefulNode, type StatefulNodeOptions } from "./stateful_node.ts";

/**
 * Integrate and fire:
 *
 *     v' = v + x,   spike where v' >= vThreshold,   v = (1 - spike)·v' + spike·vReset
 *
 * or v = v' - spike·vThreshold where vReset is null. Its state persists until `reset`. Defaults:
 * vThreshold 1, vReset 0, `sigmoid()`. As SpikingJelly's IFNode.
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
  /** Checks the options; `BaseNode` says which errors it throws. */
  constructor(options: StatefulNodeOptions = {}) {
    super(options, { model: integrateAndFire, surrogate: sigmoid });
  }
}

/** The options of `LIFNode`. */
export interface LIFNodeOptions extends StatefulNodeOptions {
  /** The time constant in steps, more than 1; 2 if missing. */
  readonly tau?: number;
  /** Whether 1/tau scales the input too; true if missing. */
  readonly decayInput?: boolean;
}

/**
 * Leaky integrate and fire:
 *
 *     v' = v + (x - (v - vReset)) / tau   or, unless decayInput,   v' = v - (v - vReset) / tau + x
 *     spike where v' >= vThreshold,   v = (1 - spike)·v' + spike·vReset
 *
 * or, where vReset is null, the leak goes to 0 and v = v' - spike·vThreshold. Its state persists
 * until `reset`. Defaults: tau 2, decayInput true, vThreshold 1, vReset 0, `sigmoid()`. As
 * SpikingJelly's LIFNode.
 *
 * @example
 * ```ts
 * import { LIFNode } from "@spikeloop/nodes";
 * import { full } from "@spikeloop/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const node = new LIFNode();
 * assertEquals([...node.forward(full([4, 1, 1], 1.5)).dataSync()], [0, 1, 0, 1]);
 * ```
 */
export class LIFNode extends StatefulNode {
  /** The time constant in steps. */
  declare readonly tau: number;
  /** Whether 1/tau scales the input too. */
  readonly decayInput: boolean;

  /** Checks the options; `BaseNode` says which errors it throws. */
  constructor(options: LIFNodeOptions = {}) {
    const decayInput = readDecayInput(new.target.name, options);
    const model = decayInput ? tauLif : tauLifRawInput;
    super(options, { model, surrogate: sigmoid, options: ["decayInput"] });
    this.decayInput = decayInput;
  }
}

function readDecayInput(node: string, options: unknown): boolean {
  const action = `make ${node}`;
  const { decayInput = true } = takeRecord(action, "the record of options", options);
  return takeFlag(action, "decayInput", decayInput);
}

/** The options of `ParametricLIFNode`. */
export interface ParametricLIFNodeOptions extends StatefulNodeOptions {
  /** The time constant in steps to start with, more than 1; 2 if missing. */
  readonly initTau?: number;
  /** Whether 1/tau scales the input too; true if missing. */
  readonly decayInput?: boolean;
}

/**
 * Leaky integrate and fire that learns its time constant, 1/tau = sigmoid(w):
 *
 *     v' = v + (x - (v - vReset))·sigmoid(w)   or, unless decayInput,
 *     v' = v - (v - vReset)·sigmoid(w) + x
 *     spike where v' >= vThreshold,   v = (1 - spike)·v' + spike·vReset
 *
 * or, where vReset is null, the leak goes to 0 and v = v' - spike·vThreshold. Its state persists
 * until `reset`. It learns `w`, a scalar that starts at -ln(initTau - 1). Defaults: initTau 2,
 * decayInput true, vThreshold 1, vReset 0, `sigmoid()`.
 *
 * Source: Fang et al., "Incorporating Learnable Membrane Time Constant to Enhance Learning of
 * Spiking Neural Networks", ICCV 2021, https://arxiv.org/abs/2007.05785. As SpikingJelly's
 * ParametricLIFNode.
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
  /** The scalar that is learned: 1/tau = sigmoid(w). */
  declare readonly w: Tensor;
  /** Whether 1/tau scales the input too. */
  readonly decayInput: boolean;

  /** Checks the options; `BaseNode` says which errors it throws. */
  constructor(options: ParametricLIFNodeOptions = {}) {
    const { name } = new.target;
    const decayInput = readDecayInput(name, options);
    const initTau = takeNumber(`make ${name}`, "initTau", options.initTau ?? 2, { above: 1 });
    super(options, {
      model: decayInput ? parametricLif : parametricLifRawInput,
      surrogate: sigmoid,
      options: ["initTau", "decayInput"],
      defaults: { w: -Math.log(initTau - 1) },
      learn: ["w"],
    });
    this.decayInput = decayInput;
  }
}

/** The options of `CUBALIFNode`. */
export interface CUBALIFNodeOptions extends StatefulNodeOptions, CubaLIFDecayOptions {}

/** The properties that `CUBALIFNode` has because of its model. */
export interface CUBALIFNode extends CubaLIFMembers {}

/**
 * Current-based leaky integrate and fire:
 *
 *     c = cDecay·c + x,   v' = vDecay·v + c,   spike where v' >= vThreshold,
 *     v = (1 - spike)·v' + spike·vReset
 *
 * or v = v' - spike·vThreshold where vReset is null. c is never reset by a spike. Its state
 * persists until `reset`. Defaults: cDecay 0.5, vDecay 0.75, vThreshold 0.5, vReset 0, `rect()`. As
 * SpikingJelly's CUBALIFNode.
 *
 * @example
 * ```ts
 * import { CUBALIFNode } from "@spikeloop/nodes";
 * import { full } from "@spikeloop/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const node = new CUBALIFNode();
 * assertEquals([...node.forward(full([4, 1, 1], 0.2)).dataSync()], [0, 0, 1, 0]);
 * ```
 */
export class CUBALIFNode extends StatefulNode {
  /** Checks the options; `BaseNode` says which errors it throws. */
  constructor(options: CUBALIFNodeOptions = {}) {
    super(options, { model: cubaLif });
  }
}
