import { takeOneOf } from "@spikeloop/errors";
import { type ReadOutMode, readOuts } from "@spikeloop/functional";
import type { Tensor } from "@spikeloop/tensor";
import { BaseNode } from "./base_node.ts";
import type { NodeDesign, NodeOptions } from "./node_design.ts";

/**
 * How the membrane's course [T, N, D] becomes [N, D]: its last value, its largest, its value of
 * largest magnitude, or its mean. `"last_mem"` and `"last-me"` are SpikingJelly's spellings of
 * `"last-mem"`.
 */
export type MembraneDecode =
  | "last-mem"
  | "last_mem"
  | "last-me"
  | "max-mem"
  | "max-abs-mem"
  | "mean-mem";

const modes: Readonly<Record<MembraneDecode, ReadOutMode>> = {
  "last-mem": "last",
  "max-mem": "max",
  "max-abs-mem": "maxAbs",
  "mean-mem": "mean",
  "last_mem": "last",
  "last-me": "last",
};

/** The names that messages propose. */
const proposed: readonly MembraneDecode[] = ["last-mem", "max-mem", "max-abs-mem", "mean-mem"];

/** The options of nodes that never spike. */
export interface NonSpikingNodeOptions extends NodeOptions {
  /** How the membrane's course becomes one value per unit; null, the course itself, if missing. */
  readonly decode?: MembraneDecode | null;
}

/**
 * Units that never spike: their output is decoded from the membrane's course, [N, D], or is that
 * course, [T, N, D]. Every sequence starts at 0. Any D fits.
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

  /**
   * Checks the options and draws the parameters.
   *
   * @throws {TypeError} if an option is unknown or of the wrong kind.
   * @throws {RangeError} if a number is out of range, or there is no such decoding.
   */
  constructor(options: NonSpikingNodeOptions, design: NodeDesign) {
    super(options, { ...design, options: ["decode", ...design.options ?? []] });
    const { decode = null } = options;
    this.decode = decode === null || (typeof decode === "string" && Object.hasOwn(modes, decode))
      ? decode
      : takeOneOf(`make ${new.target.name}`, "decode", decode, proposed);
  }

  /** Decodes the course [T, N, D]. */
  protected override finish(out: Tensor): Tensor {
    return this.decode === null ? out : readOuts[modes[this.decode]](out);
  }
}
