import { lif } from "@spikeloop/neuron";
import { NoisyILCNode, type NoisyILCNodeOptions } from "./noisy_ilc_node.ts";

/** What `NoisyILCLIFNode` takes. */
export interface NoisyILCLIFNodeOptions extends NoisyILCNodeOptions {
  /** What is left of the membrane after a step; 0.75 if missing. */
  readonly vDecay?: number;
}

/**
 * Leaky integrate and fire with a lateral connection and coloured noise:
 *
 *     v' = vDecay·v + x',   with x' = x + lateral + sigmaV·noiseV
 *     spike where v' >= vThreshold,   v = (1 - spike)·v' + spike·vReset,   out = spike + sigmaS·noiseS
 *
 * Noise and connection are those of `NoisyILCNode`. Defaults: vDecay 0.75, vThreshold 1, vReset 0,
 * T 5, sigmaInit 0.5, beta 0, `rect()`. The form of SpikingJelly's
 * NoisyILCBaseNode that it leaves to be written.
 *
 * @example
 * ```ts
 * import { NoisyILCLIFNode } from "@spikeloop/nodes";
 * import { key } from "@spikeloop/random";
 * import { ones } from "@spikeloop/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const node = new NoisyILCLIFNode({ actDim: 2, decPopDim: 3, T: 5, key: key(0) });
 * node.resetNoise(100, key(1));
 * assertEquals(node.forward(ones([5, 1, 6])).shape, [5, 1, 6]);
 * assertEquals(Object.keys(node.parameters()), ["conn.weight", "conn.bias"]);
 * ```
 */
export class NoisyILCLIFNode extends NoisyILCNode {
  /**
   * Checks the options. Parameters start fresh.
   *
   * @throws {TypeError} if an option is unknown or of the wrong kind.
   * @throws {RangeError} if a size is not a positive integer, or a number is out of range.
   */
  constructor(options: NoisyILCLIFNodeOptions) {
    super(options, lif);
  }

  /** What is left of the membrane after a step. */
  get vDecay(): number {
    return this.constant("vDecay");
  }
}
