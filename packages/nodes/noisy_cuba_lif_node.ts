import type { Tensor } from "@spikeloop/tensor";
import { cubaLif, noisy } from "@spikeloop/neuron";
import type { SpikingNodeOptions } from "./node_design.ts";
import { NoisyNode, type NoisyNodeOptions } from "./noisy_node.ts";

/** What `NoisyCUBALIFNode` takes. */
export interface NoisyCUBALIFNodeOptions extends NoisyNodeOptions, SpikingNodeOptions {
  /** What is left of the current after a step; 0.5 if missing. */
  readonly cDecay?: number;
  /** What is left of the membrane after a step; 0.75 if missing. */
  readonly vDecay?: number;
}

/**
 * Current-based leaky integrate and fire with coloured noise on what it hears and sends:
 *
 *     c = cDecay·c + x + sigmaV·noiseV,   v' = vDecay·v + c,   spike where v' >= vThreshold
 *     v = (1 - spike)·v' + spike·vReset,   out = spike + sigmaS·noiseS
 *
 * sigmaV = sigmaS = sigmaInit / √D. Without noise (`isTraining` false) it is a CUBA-LIF that starts every sequence at
 * rest. Defaults: cDecay 0.5, vDecay 0.75, vThreshold 0.5, vReset 0, T 5, sigmaInit 0.5, beta 0, `rect()`. As
 * SpikingJelly's NoisyCUBALIFNode.
 *
 * @example
 * ```ts
 * import { NoisyCUBALIFNode } from "@spikeloop/nodes";
 * import { key } from "@spikeloop/random";
 * import { ones, stack } from "@spikeloop/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const node = new NoisyCUBALIFNode({ numNode: 3, T: 5, beta: 1 });
 * node.resetNoise(100, key(0));
 * const out = node.forward(ones([5, 1, 3]));
 * node.loadColoredNoise(stack([node.getColoredNoise()]));
 * assertEquals(node.forward(ones([5, 1, 3])).dataSync(), out.dataSync());
 * ```
 */
export class NoisyCUBALIFNode extends NoisyNode {
  /**
   * Checks the options.
   *
   * @throws {TypeError} if an option is unknown or of the wrong kind.
   * @throws {RangeError} if a number is out of range.
   */
  constructor(options: NoisyCUBALIFNodeOptions) {
    super(options, { model: noisy(cubaLif), input: "sigmaV", output: "sigmaS" }, {
      model: cubaLif,
    });
  }

  /** The standard deviation of the noise on the input. */
  get sigmaV(): number {
    return this.constant("sigmaV");
  }

  /** The standard deviation of the noise on the output. */
  get sigmaS(): number {
    return this.constant("sigmaS");
  }

  /** A unit spikes where its membrane is at least this. */
  get vThreshold(): number {
    return this.constant("vThreshold");
  }

  /** Where a spike puts the membrane; null for soft reset. */
  get vReset(): number | null {
    return this.constantOrNull("vReset");
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
