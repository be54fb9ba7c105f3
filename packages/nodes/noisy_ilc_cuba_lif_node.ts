import type { Tensor } from "@spikeloop/tensor";
import { cubaLif } from "@spikeloop/neuron";
import { NoisyILCNode, type NoisyILCNodeOptions } from "./noisy_ilc_node.ts";

/** What `NoisyILCCUBALIFNode` takes. */
export interface NoisyILCCUBALIFNodeOptions extends NoisyILCNodeOptions {
  /** What is left of the current after a step; 0.5 if missing. */
  readonly cDecay?: number;
  /** What is left of the membrane after a step; 0.75 if missing. */
  readonly vDecay?: number;
}

/**
 * Current-based leaky integrate and fire with a lateral connection and coloured noise:
 *
 *     c = cDecay·c + x',   v' = vDecay·v + c,   with x' = x + lateral + sigmaV·noiseV
 *     spike where v' >= vThreshold,   v = (1 - spike)·v' + spike·vReset,   out = spike + sigmaS·noiseS
 *
 * Noise and connection are those of `NoisyILCNode`. Defaults: cDecay 0.5, vDecay 0.75, vThreshold 1 (not 0.5, as without noise), vReset 0,
 * T 5, sigmaInit 0.5, beta 0, `rect()`. As SpikingJelly's
 * NoisyILCCUBALIFNode.
 *
 * @example
 * ```ts
 * import { NoisyILCCUBALIFNode } from "@spikeloop/nodes";
 * import { key } from "@spikeloop/random";
 * import { ones } from "@spikeloop/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const node = new NoisyILCCUBALIFNode({ actDim: 2, decPopDim: 3, T: 5, key: key(0) });
 * node.resetNoise(100, key(1));
 * assertEquals(node.forward(ones([5, 1, 6])).shape, [5, 1, 6]);
 * assertEquals(Object.keys(node.parameters()), ["conn.weight", "conn.bias"]);
 * ```
 */
export class NoisyILCCUBALIFNode extends NoisyILCNode {
  /**
   * Checks the options. Parameters start fresh.
   *
   * @throws {TypeError} if an option is unknown or of the wrong kind.
   * @throws {RangeError} if a size is not a positive integer, or a number is out of range.
   */
  constructor(options: NoisyILCCUBALIFNodeOptions) {
    super(options, cubaLif);
  }

  /** What is left of the current after a step. */
  get cDecay(): number {
    return this.constant("cDecay");
  }

  /** What is left of the membrane after a step. */
  get vDecay(): number {
    return this.constant("vDecay");
  }

  /** The current [N, D] after the last step of `forward`. */
  get c(): Tensor {
    return this.state("c");
  }

  set c(value: Tensor) {
    this.setState("c", value);
  }
}
