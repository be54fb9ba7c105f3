import { full, type Tensor } from "@spikeloop/tensor";
import { integrator, noisyIntegrator } from "@spikeloop/neuron";
import { decoding, type MembraneDecode } from "./decode.ts";
import { initialSigma } from "./noise_options.ts";
import { NoisyNode, type NoisyNodeOptions } from "./noisy_node.ts";

/** What `NoisyNonSpikingIFNode` takes. */
export interface NoisyNonSpikingIFNodeOptions extends NoisyNodeOptions {
  /** How the membrane's course becomes one value per unit; without it, the course itself is sent out. */
  readonly decode?: MembraneDecode | null;
}

/**
 * An integrator that hears coloured noise, whose size it learns:
 *
 *     v[t] = v[t-1] + (x[t] + sigma·noise[t]),   v[-1] = 0,   decoded over t
 *
 * sigma is [D] and starts at sigmaInit / √D. Decodings are those of `NonSpikingIFNode`. Its noise is [T, D], or [N, T, D]
 * where it is loaded. Defaults: T 5, sigmaInit 0.5, beta 0. As SpikingJelly's NoisyNonSpikingIFNode.
 *
 * @example
 * ```ts
 * import { NoisyNonSpikingIFNode } from "@spikeloop/nodes";
 * import { key } from "@spikeloop/random";
 * import { ones } from "@spikeloop/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const node = new NoisyNonSpikingIFNode({ numNode: 6, T: 5 });
 * node.resetNoise(100, key(0));
 * assertEquals(node.forward(ones([5, 1, 6])).shape, [5, 1, 6]);
 * ```
 */
export class NoisyNonSpikingIFNode extends NoisyNode {
  /** How the membrane's course is decoded. */
  readonly decode: MembraneDecode | null;
  readonly #decode: (vSeq: Tensor) => Tensor;

  /**
   * Checks the options. Parameters start fresh.
   *
   * @throws {TypeError} if an option is unknown or of the wrong kind, or there is no such decoding.
   * @throws {RangeError} if a number is out of range.
   */
  constructor(options: NoisyNonSpikingIFNodeOptions) {
    const name = new.target.name;
    super(options, { model: noisyIntegrator, input: "sigma" }, {
      model: integrator,
      options: ["decode"],
      parameters: (_, placement) => {
        const { numNode } = options;
        return { sigma: full([numNode], initialSigma(name, options, numNode), placement) };
      },
    });
    this.#decode = decoding(name, options.decode);
    this.decode = options.decode ?? null;
  }

  /** The size of the noise, [D], which is learned. */
  get sigma(): Tensor {
    return this.parameter("sigma");
  }

  /** What the course [T, N, D] is decoded to. */
  protected override finish(out: Tensor): Tensor {
    return this.#decode(out);
  }
}
