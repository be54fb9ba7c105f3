import { integrator } from "@spikeloop/neuron";
import { NonSpikingNode, type NonSpikingNodeOptions } from "./non_spiking_node.ts";

/**
 * An integrator that reads a population out:
 *
 *     v[t] = v[t-1] + x[t],   v[-1] = 0,   decoded over t
 *
 * `decode` is "last-mem" (v after the last step), "max-mem" (the gradient goes to the first of equals), "max-abs-mem"
 * (the extreme of larger magnitude, the minimum where they tie) or "mean-mem"; then the result is [N, D]. Without it,
 * it is the course [T, N, D]. As SpikingJelly's NonSpikingIFNode.
 *
 * @example
 * ```ts
 * import { NonSpikingIFNode } from "@spikeloop/nodes";
 * import { tensor } from "@spikeloop/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const xSeq = tensor([1, 1, -4], [3, 1, 1]);
 * assertEquals(new NonSpikingIFNode({ decode: "last-mem" }).forward(xSeq).item(), -2);
 * assertEquals(new NonSpikingIFNode({ decode: "max-mem" }).forward(xSeq).item(), 2);
 * ```
 */
export class NonSpikingIFNode extends NonSpikingNode {
  /**
   * Checks the options. Parameters start fresh.
   *
   * @throws {TypeError} if an option is unknown or of the wrong kind, or there is no such decoding.
   */
  constructor(options: NonSpikingNodeOptions = {}) {
    super(options, { model: integrator });
  }
}
