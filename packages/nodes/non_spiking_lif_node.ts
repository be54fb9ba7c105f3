import { leakyIntegrator } from "@spikeloop/neuron";
import { NonSpikingNode, type NonSpikingNodeOptions } from "./non_spiking_node.ts";

/** What `NonSpikingLIFNode` takes. */
export interface NonSpikingLIFNodeOptions extends NonSpikingNodeOptions {
  /** The time constant in steps, more than 1; 2 if missing. */
  readonly tau?: number;
}

/**
 * A leaky integrator that reads a population out:
 *
 *     v[t] = v[t-1] + (x[t] - v[t-1]) / tau,   v[-1] = 0,   decoded over t
 *
 * Decodings are those of `NonSpikingIFNode`. Defaults: tau 2. As SpikingJelly's NonSpikingLIFNode.
 *
 * @example
 * ```ts
 * import { NonSpikingLIFNode } from "@spikeloop/nodes";
 * import { full } from "@spikeloop/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const node = new NonSpikingLIFNode();
 * assertEquals([...node.forward(full([4, 1, 1], 1)).dataSync()], [0.5, 0.75, 0.875, 0.9375]);
 * ```
 */
export class NonSpikingLIFNode extends NonSpikingNode {
  /**
   * Checks the options. Parameters start fresh.
   *
   * @throws {TypeError} if an option is unknown or of the wrong kind, or there is no such decoding.
   * @throws {RangeError} if tau is out of range.
   */
  constructor(options: NonSpikingLIFNodeOptions = {}) {
    super(options, { model: leakyIntegrator });
  }

  /** The time constant in steps. */
  get tau(): number {
    return this.constant("tau");
  }
}
