import type { Key } from "@spikeloop/random";
import type { Tensor } from "@spikeloop/tensor";
import { BaseNode } from "./base_node.ts";
import { checkRecord, readCount, readFlag } from "./check_options.ts";
import type { NodeDesign, NodeOptions, NoisyEquations } from "./node_design.ts";
import {
  type NodeNoise,
  nodeNoise,
  type NodeNoiseOptions,
  noiseOptionNames,
  withNoise,
} from "./noise_options.ts";

/** What nodes with coloured noise and without a lateral connection take. */
export interface NoisyNodeOptions extends NodeOptions, NodeNoiseOptions {
  /** D. */
  readonly numNode: number;
}

/**
 * Units without a lateral connection that hear coloured noise. Every sequence starts at rest and has T steps.
 *
 * Before it runs with noise, draw some with `resetNoise`, or give it some with `loadColoredNoise`.
 *
 * @example A definition of your own as a class of such nodes.
 * ```ts
 * import { lif, noisy } from "@spikeloop/neuron";
 * import { NoisyNode, type NoisyNodeOptions } from "@spikeloop/nodes";
 * import { ones } from "@spikeloop/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * class NoisyLIFNode extends NoisyNode {
 *   constructor(options: NoisyNodeOptions) {
 *     const equations = { model: noisy(lif), input: "sigmaV", output: "sigmaS" };
 *     super(options, equations, { model: lif });
 *   }
 * }
 *
 * const node = new NoisyLIFNode({ numNode: 3, T: 5 });
 * node.resetNoise(100);
 * assertEquals(node.forward(ones([5, 1, 3])).shape, [5, 1, 3]);
 * ```
 */
export abstract class NoisyNode extends BaseNode {
  /** D. */
  readonly numNode: number;
  readonly #noise: NodeNoise;

  /**
   * Checks the options. Parameters start fresh.
   *
   * @param equations With noise; `design.model` is without.
   * @throws {TypeError} if an option is unknown or of the wrong kind.
   * @throws {RangeError} if a number is out of range.
   */
  constructor(options: NoisyNodeOptions, equations: NoisyEquations, design: NodeDesign) {
    const name = new.target.name;
    checkRecord(name, options);
    const count = readCount(name, "numNode", options.numNode);
    const noise = nodeNoise(name, options, count, equations);
    super(options, {
      ...withNoise(design, equations, noise),
      units: { count, because: `numNode ${count}` },
      options: ["numNode", ...noiseOptionNames, ...design.options ?? []],
    });
    this.numNode = count;
    this.#noise = noise;
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
   * The noise of the last `forward`, [T, parts·D]: for the input, and where there is some for the output.
   *
   * @throws {Error} if no noise was drawn, or none of it has been heard.
   */
  getColoredNoise(): Tensor {
    return this.#noise.source.current();
  }

  /**
   * Makes the node hear this noise, [N, T, parts·D], one row each of the batch, until `cancelLoad`.
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
