import type { Key } from "@spikeloop/random";
import type { Tensor } from "@spikeloop/tensor";
import { type Neuron, noisy } from "@spikeloop/neuron";
import { checkRecord, readCount, readFlag } from "./check_options.ts";
import type { ILCNodeOptions } from "./ilc_base_node.ts";
import { ILCModelNode } from "./ilc_model_node.ts";
import {
  type NodeNoise,
  nodeNoise,
  type NodeNoiseOptions,
  noiseOptionNames,
  withNoise,
} from "./noise_options.ts";

/** What nodes with a lateral connection and coloured noise take. */
export interface NoisyILCNodeOptions extends ILCNodeOptions, NodeNoiseOptions {}

/**
 * Units with a lateral connection and coloured noise on what they hear and send:
 *
 *     input[t] = (x[t] + lateral[t]) + sigmaV·noiseV[t],   out[t] = spike[t] + sigmaS·noiseS[t]
 *
 * The reset follows the spike without noise; the lateral connection carries `out`. sigmaV = sigmaS =
 * sigmaInit / √D. Populations and connection are those of `ILCBaseNode`. Every sequence has T steps.
 *
 * Before it runs with noise, draw some with `resetNoise`, or give it some with `loadColoredNoise`.
 *
 * @example A definition of your own as a class of such nodes.
 * ```ts
 * import { NoisyILCNode, type NoisyILCNodeOptions } from "@spikeloop/nodes";
 * import { tauLif } from "@spikeloop/neuron";
 * import { ones } from "@spikeloop/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * class NoisyILCTauLIFNode extends NoisyILCNode {
 *   constructor(options: NoisyILCNodeOptions) {
 *     super(options, tauLif);
 *   }
 * }
 *
 * const node = new NoisyILCTauLIFNode({ actDim: 2, decPopDim: 3, T: 5 });
 * node.resetNoise(100);
 * assertEquals(node.forward(ones([5, 1, 6])).shape, [5, 1, 6]);
 * ```
 */
export abstract class NoisyILCNode extends ILCModelNode {
  readonly #noise: NodeNoise;

  /**
   * Checks the options. Parameters start fresh.
   *
   * @throws {TypeError} if an option is unknown or of the wrong kind.
   * @throws {RangeError} if a size is not a positive integer, or a number is out of range.
   */
  constructor(options: NoisyILCNodeOptions, model: Neuron) {
    const name = new.target.name;
    checkRecord(name, options);
    const units = readCount(name, "actDim", options.actDim) *
      readCount(name, "decPopDim", options.decPopDim);
    const equations = { model: noisy(model), input: "sigmaV", output: "sigmaS" };
    const noise = nodeNoise(name, options, units, equations);
    const design = { model, defaults: { vThreshold: 1 }, options: noiseOptionNames };
    super(options, withNoise(design, equations, noise));
    this.#noise = noise;
  }

  /** The standard deviation of the noise on the input. */
  get sigmaV(): number {
    return this.constant("sigmaV");
  }

  /** The standard deviation of the noise on the output. */
  get sigmaS(): number {
    return this.constant("sigmaS");
  }

  /** Whether the node hears noise. */
  get isTraining(): boolean {
    return this.#noise.source.isTraining;
  }

  set isTraining(value: boolean) {
    this.#noise.source.isTraining = readFlag(this.constructor.name, "isTraining", value);
  }

  /** T, how many steps every sequence has. */
  get T(): number {
    return this.#noise.steps;
  }

  /** The colour of the noise, whose power falls with frequency as f^-beta. */
  get beta(): number {
    return this.#noise.beta;
  }

  /**
   * Draws the noise of the next `count` sequences. It is coloured across all of their steps, and the same in all rows
   * of a batch. Each `forward` with noise moves on to the next sequence's; `apply` does not.
   *
   * @param key What it is drawn with; if missing, a part of the node's own key that was not used before.
   * @throws {RangeError} if `count` is not a positive integer, or there are fewer than two steps in all.
   */
  resetNoise(count: number, key: Key = this.#noise.nextKey()): void {
    this.#noise.source.reset(count, key);
  }

  /**
   * The noise of the last `forward`, [T, 2·D]: what was heard, then what was sent.
   *
   * @throws {Error} if no noise was drawn, or none of it has been heard.
   */
  getColoredNoise(): Tensor {
    return this.#noise.source.current();
  }

  /**
   * Makes the node hear this noise, [N, T, 2·D], one row each of the batch, until `cancelLoad`.
   *
   * @throws {TypeError} if it is not a tensor of that shape.
   */
  loadColoredNoise(noise: Tensor): void {
    this.#noise.source.load(noise);
  }

  /** Goes back to the noise that was drawn. */
  cancelLoad(): void {
    this.#noise.source.cancelLoad();
  }
}
