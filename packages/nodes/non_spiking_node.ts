import type { Tensor } from "@spikeloop/tensor";
import { BaseNode } from "./base_node.ts";
import { checkRecord } from "./check_options.ts";
import { decoding, type MembraneDecode } from "./decode.ts";
import type { NodeDesign, NodeOptions } from "./node_design.ts";

/** What nodes that never spike take. */
export interface NonSpikingNodeOptions extends NodeOptions {
  /** How the membrane's course becomes one value per unit; without it, the course itself is sent out. */
  readonly decode?: MembraneDecode | null;
}

/**
 * Units that never spike: what they send out is decoded from the membrane's course, [N, D], or is that course,
 * [T, N, D]. Every sequence starts at 0. Any D fits.
 *
 * @example A definition of your own as a class of such nodes.
 * ```ts
 * import { integrator } from "@spikeloop/neuron";
 * import { NonSpikingNode, type NonSpikingNodeOptions } from "@spikeloop/nodes";
 * import { ones } from "@spikeloop/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * class SummingNode extends NonSpikingNode {
 *   constructor(options: NonSpikingNodeOptions = {}) {
 *     super(options, { model: integrator });
 *   }
 * }
 *
 * assertEquals(new SummingNode({ decode: "last-mem" }).forward(ones([4, 1, 2])).shape, [1, 2]);
 * assertEquals(new SummingNode().forward(ones([4, 1, 2])).shape, [4, 1, 2]);
 * ```
 */
export abstract class NonSpikingNode extends BaseNode {
  /** How the membrane's course is decoded. */
  readonly decode: MembraneDecode | null;
  readonly #decode: (vSeq: Tensor) => Tensor;

  /**
   * Checks the options. Parameters start fresh.
   *
   * @throws {TypeError} if an option is unknown or of the wrong kind.
   * @throws {RangeError} if a number is out of range.
   */
  constructor(options: NonSpikingNodeOptions, design: NodeDesign) {
    checkRecord(new.target.name, options);
    super(options, { ...design, options: ["decode", ...design.options ?? []] });
    this.#decode = decoding(new.target.name, options.decode);
    this.decode = options.decode ?? null;
  }

  /** What the course [T, N, D] is decoded to. */
  protected override finish(out: Tensor): Tensor {
    return this.#decode(out);
  }
}
