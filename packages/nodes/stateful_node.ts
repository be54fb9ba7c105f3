import { describeOption } from "@spikeloop/errors";
import { reshape, type Tensor } from "@spikeloop/tensor";
import { BaseNode } from "./base_node.ts";
import { checkRecord } from "./check_options.ts";
import { checkSequence } from "./check_sequence.ts";
import type { NodeDesign, SpikingNodeOptions } from "./node_design.ts";

/** `"m"`: what runs is a sequence [T, N, D]. `"s"`: it is a single step [N, D]. */
export type StepMode = "s" | "m";

/** What nodes take whose state persists. */
export interface StatefulNodeOptions extends SpikingNodeOptions {
  /** Whether `forward` takes sequences or single steps; `"m"`, sequences, if missing. */
  readonly stepMode?: StepMode;
}

/**
 * Units without a lateral connection whose state persists: each `forward` goes on from where the last one ended, until
 * `reset`. A batch of another shape starts at rest. Any D fits.
 *
 * In step mode `"m"` what is run is [T, N, D], in `"s"` a single step [N, D]; T steps one by one equal a sequence.
 *
 * Inside `grad`, gradients flow from one `forward` to the next; state that comes from an earlier `grad` is a constant.
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
   * Checks the options. Parameters start fresh.
   *
   * @throws {TypeError} if an option is unknown or of the wrong kind.
   * @throws {RangeError} if a number is out of range.
   */
  constructor(options: StatefulNodeOptions, design: NodeDesign) {
    checkRecord(new.target.name, options);
    super(options, {
      ...design,
      options: ["stepMode", ...design.options ?? []],
      isStateful: true,
    });
    if (options.stepMode !== undefined) this.stepMode = options.stepMode;
  }

  /** Whether `forward` takes sequences, `"m"`, or single steps, `"s"`. */
  get stepMode(): StepMode {
    return this.#stepMode;
  }

  set stepMode(mode: StepMode) {
    if (mode !== "s" && mode !== "m") {
      throw new TypeError(
        `Cannot set stepMode of ${this.constructor.name} to ${
          describeOption(mode)
        }: expected "m" for sequences [T, N, D] or "s" for single steps [N, D]`,
      );
    }
    this.#stepMode = mode;
  }

  /** Forgets the state: what runs next starts at rest. */
  reset(): void {
    this.clearState();
  }

  /** A unit spikes where its membrane is at least this. */
  get vThreshold(): number {
    return this.constant("vThreshold");
  }

  /** Where a spike puts the membrane; null for soft reset. */
  get vReset(): number | null {
    return this.constantOrNull("vReset");
  }

  /** Checks the input and brings it to [T, N, D]. */
  protected override prepare(x: Tensor): Tensor {
    if (this.#stepMode === "m") return super.prepare(x);
    checkSequence(this.constructor.name, x, ["N"], undefined);
    return reshape(x, [1, ...x.shape]);
  }

  /** What was sent out, in the shape of the input. */
  protected override finish(out: Tensor): Tensor {
    return this.#stepMode === "m" ? out : reshape(out, out.shape.slice(1));
  }
}
