import { integrator, leakyIntegrator } from "@spikeloop/neuron";
import { NonSpikingNode, type NonSpikingNodeOptions } from "./non_spiking_node.ts";

/**
 * An integrator that reads a population out:
 *
 *     v[t] = v[t-1] + x[t],   v[-1] = 0,   decoded over t
 *
 * `decode` is "last-mem" (v after the last step), "max-mem" (the gradient goes to the first of
 * equals), "max-abs-mem" (the extreme of larger magnitude, the minimum where they tie) or
 * "mean-mem"; then the result is [N, D]. Without it, it is the course [T, N, D]. As SpikingJelly's
 * NonSpikingIFNode.
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
  /** Checks the options; `BaseNode` says which errors it throws. */
  constructor(options: NonSpikingNodeOptions = {}) {
    super(options, { model: integrator });
  }
}

/** The options of `NonSpikingLIFNode`. */
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
  /** The time constant in steps. */
  declare readonly tau: number;

  /** Checks the options; `BaseNode` says which errors it throws. */
  constructor(options: NonSpikingLIFNodeOptions = {}) {
    super(options, { model: leakyIntegrator });
  }
}
