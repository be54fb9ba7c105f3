import { BaseNode } from "./base_node.ts";
import { takeOneOf } from "@spikeloop/errors";
import { reshape, type Tensor } from "@spikeloop/tensor";
import { checkSequence } from "./check_sequence.ts";
import type { NodeDesign, SpikingNodeOptions } from "./node_design.ts";
import type { SpikingMembers } from "./node_members.ts";

/** `"m"`: the input is a sequence [T, N, D]. `"s"`: it is a single step [N, D]. */
export type StepMode = "s" | "m";

/** The options of nodes whose state persists. */
export interface StatefulNodeOptions extends SpikingNodeOptions {
  /** Whether `forward` takes sequences or single steps; `"m"`, sequences, if missing. */
  readonly stepMode?: StepMode;
}

/** The properties that `StatefulNode` has because of its model. */
export interface StatefulNode extends SpikingMembers {}

/**
 * Units without a lateral connection whose state persists: each `forward` goes on from where the
 * last one ended, until `reset`. A batch of another shape starts at rest. Any D fits.
 *
 * In step mode `"m"` the input is [T, N, D], in `"s"` a single step [N, D]; T steps one by one
 * equal a sequence.
 *
 * Inside `grad`, gradients flow from one `forward` to the next; state of an earlier `grad` is a
 * constant.
 *
 * @example A definition of your own as a class of such nodes.
 * ```ts
 * import { lif } from "@spikeloop/neuron";
 * import { StatefulNode } from "@spikeloop/nodes";
 * import { full } from "@spikeloop/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * class RawLIFNode extends StatefulNode {
 *   constructor() {
 *     super({}, { model: lif });
 *   }
 * }
 *
 * const node = new RawLIFNode();
 * assertEquals([...node.forward(full([2, 1, 1], 0.5)).dataSync()], [0, 0]);
 * assertEquals([...node.forward(full([2, 1, 1], 0.5)).dataSync()], [1, 0]);
 * ```
 */
export abstract class StatefulNode extends BaseNode {
  #stepMode: StepMode = "m";

  /**
   * Checks the options and draws the parameters.
   *
   * @throws {TypeError} if an option is unknown or of the wrong kind.
   * @throws {RangeError} if a number is out of range, or there is no such step mode.
   */
  constructor(options: StatefulNodeOptions, design: NodeDesign) {
    super(options, {
      ...design,
      options: ["stepMode", ...design.options ?? []],
      isStateful: true,
    });
    this.stepMode = options.stepMode ?? "m";
  }

  /** Whether `forward` takes sequences, `"m"`, or single steps, `"s"`. */
  get stepMode(): StepMode {
    return this.#stepMode;
  }

  set stepMode(mode: StepMode) {
    this.#stepMode = takeOneOf(`run ${this.constructor.name}`, "stepMode", mode, ["s", "m"]);
  }

  /** Forgets the state: the next `forward` starts at rest. */
  reset(): void {
    this.clearState();
  }

  /** Checks the input and returns it as [T, N, D]. */
  protected override prepare(x: Tensor): Tensor {
    if (this.#stepMode === "m") return super.prepare(x);
    return reshape(checkSequence(this.constructor.name, x, ["N"], undefined), [1, ...x.shape]);
  }

  /** Returns the output in the shape of the input. */
  protected override finish(out: Tensor): Tensor {
    return this.#stepMode === "m" ? out : reshape(out, out.shape.slice(1));
  }
}
