import { sigmoid } from "@spikeloop/surrogate";
import { tauLif, tauLifRawInput } from "@spikeloop/neuron";
import { checkRecord, readFlag } from "./check_options.ts";
import { StatefulNode, type StatefulNodeOptions } from "./stateful_node.ts";

/** What `LIFNode` takes. */
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
 * or, where vReset is null, the leak goes to 0 and v = v' - spike·vThreshold. Its state persists until `reset`.
 * Defaults: tau 2, decayInput true, vThreshold 1, vReset 0, `sigmoid()`. As SpikingJelly's LIFNode.
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
  /** Whether 1/tau scales the input too. */
  readonly decayInput: boolean;

  /**
   * Checks the options. Parameters start fresh.
   *
   * @throws {TypeError} if an option is unknown or of the wrong kind.
   * @throws {RangeError} if a number is out of range.
   */
  constructor(options: LIFNodeOptions = {}) {
    checkRecord(new.target.name, options);
    const decayInput = readFlag(new.target.name, "decayInput", options.decayInput ?? true);
    super(options, {
      model: decayInput ? tauLif : tauLifRawInput,
      surrogate: sigmoid,
      options: ["decayInput"],
    });
    this.decayInput = decayInput;
  }

  /** The time constant in steps. */
  get tau(): number {
    return this.constant("tau");
  }
}
