import { cubaLif, integrateAndFire, integrator, lif, noisyIntegrator } from "@spikeloop/neuron";
import type { Tensor } from "@spikeloop/tensor";
import type {
  CubaLIFDecayOptions,
  CubaLIFMembers,
  LIFDecayOptions,
  LIFMembers,
} from "./node_members.ts";
import {
  type NodeNoiseOptions,
  NoisyILCNode,
  type NoisyILCNodeOptions,
  NoisyNode,
  type NoisyNodeOptions,
  NoisyNonSpikingNode,
} from "./noisy_node.ts";
import type { NonSpikingNodeOptions } from "./non_spiking_node.ts";

/** The options of `NoisyCUBALIFNode`. */
export interface NoisyCUBALIFNodeOptions extends NoisyNodeOptions, CubaLIFDecayOptions {}

/** The properties that `NoisyCUBALIFNode` has because of its model. */
export interface NoisyCUBALIFNode extends CubaLIFMembers {}

/**
 * Current-based leaky integrate and fire with coloured noise on its input and output:
 *
 *     c = cDecay·c + x + sigmaV·noiseV,   v' = vDecay·v + c,   spike where v' >= vThreshold
 *     v = (1 - spike)·v' + spike·vReset,   out = spike + sigmaS·noiseS
 *
 * sigmaV = sigmaS = sigmaInit / √D. Without noise (`isTraining` false) it is a CUBA-LIF that starts
 * every sequence at rest. Defaults: cDecay 0.5, vDecay 0.75, vThreshold 0.5, vReset 0, T 5,
 * sigmaInit 0.5, beta 0, `rect()`. As SpikingJelly's NoisyCUBALIFNode.
 *
 * @example
 * ```ts
 * import { NoisyCUBALIFNode } from "@spikeloop/nodes";
 * import { key } from "@spikeloop/random";
 * import { ones, stack } from "@spikeloop/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const node = new NoisyCUBALIFNode({ numNode: 3, T: 5, beta: 1 });
 * node.resetNoise(100, key(0));
 * const out = node.forward(ones([5, 1, 3]));
 * node.loadColoredNoise(stack([node.getColoredNoise()]));
 * assertEquals(node.forward(ones([5, 1, 3])).dataSync(), out.dataSync());
 * ```
 */
export class NoisyCUBALIFNode extends NoisyNode {
  /** Checks the options; `BaseNode` says which errors it throws. */
  constructor(options: NoisyCUBALIFNodeOptions) {
    super(options, { model: cubaLif });
  }
}

/**
 * Integrate and fire with a lateral connection and coloured noise:
 *
 *     v' = v + x',   with x' = x + lateral + sigmaV·noiseV
 *     spike where v' >= vThreshold,   v = (1 - spike)·v' + spike·vReset,
 *     out = spike + sigmaS·noiseS
 *
 * Noise and connection are those of `NoisyILCNode`. Defaults: vThreshold 1, vReset 0, T 5,
 * sigmaInit 0.5, beta 0, `rect()`. SpikingJelly's NoisyILCBaseNode leaves this form to be written.
 *
 * @example
 * ```ts
 * import { NoisyILCIFNode } from "@spikeloop/nodes";
 * import { key } from "@spikeloop/random";
 * import { ones } from "@spikeloop/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const node = new NoisyILCIFNode({ actDim: 2, decPopDim: 3, T: 5, key: key(0) });
 * node.resetNoise(100, key(1));
 * assertEquals(node.forward(ones([5, 1, 6])).shape, [5, 1, 6]);
 * assertEquals(Object.keys(node.parameters()), ["conn.weight", "conn.bias"]);
 * ```
 */
export class NoisyILCIFNode extends NoisyILCNode {
  /** Checks the options; `BaseNode` says which errors it throws. */
  constructor(options: NoisyILCNodeOptions) {
    super(options, { model: integrateAndFire });
  }
}

/** The options of `NoisyILCLIFNode`. */
export interface NoisyILCLIFNodeOptions extends NoisyILCNodeOptions, LIFDecayOptions {}

/** The properties that `NoisyILCLIFNode` has because of its model. */
export interface NoisyILCLIFNode extends LIFMembers {}

/**
 * Leaky integrate and fire with a lateral connection and coloured noise:
 *
 *     v' = vDecay·v + x',   with x' = x + lateral + sigmaV·noiseV
 *     spike where v' >= vThreshold,   v = (1 - spike)·v' + spike·vReset,
 *     out = spike + sigmaS·noiseS
 *
 * Noise and connection are those of `NoisyILCNode`. Defaults: vDecay 0.75, vThreshold 1, vReset 0,
 * T 5, sigmaInit 0.5, beta 0, `rect()`. SpikingJelly's NoisyILCBaseNode leaves this form to be
 * written.
 *
 * @example
 * ```ts
 * import { NoisyILCLIFNode } from "@spikeloop/nodes";
 * import { key } from "@spikeloop/random";
 * import { ones } from "@spikeloop/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const node = new NoisyILCLIFNode({ actDim: 2, decPopDim: 3, T: 5, key: key(0) });
 * node.resetNoise(100, key(1));
 * assertEquals(node.forward(ones([5, 1, 6])).shape, [5, 1, 6]);
 * assertEquals(Object.keys(node.parameters()), ["conn.weight", "conn.bias"]);
 * ```
 */
export class NoisyILCLIFNode extends NoisyILCNode {
  /** Checks the options; `BaseNode` says which errors it throws. */
  constructor(options: NoisyILCLIFNodeOptions) {
    super(options, { model: lif });
  }
}

/** The options of `NoisyILCCUBALIFNode`. */
export interface NoisyILCCUBALIFNodeOptions extends NoisyILCNodeOptions, CubaLIFDecayOptions {}

/** The properties that `NoisyILCCUBALIFNode` has because of its model. */
export interface NoisyILCCUBALIFNode extends CubaLIFMembers {}

/**
 * Current-based leaky integrate and fire with a lateral connection and coloured noise:
 *
 *     c = cDecay·c + x',   v' = vDecay·v + c,   with x' = x + lateral + sigmaV·noiseV
 *     spike where v' >= vThreshold,   v = (1 - spike)·v' + spike·vReset,
 *     out = spike + sigmaS·noiseS
 *
 * Noise and connection are those of `NoisyILCNode`. Defaults: cDecay 0.5, vDecay 0.75, vThreshold 1
 * (not 0.5, as without noise), vReset 0, T 5, sigmaInit 0.5, beta 0, `rect()`. As SpikingJelly's
 * NoisyILCCUBALIFNode.
 *
 * @example
 * ```ts
 * import { NoisyILCCUBALIFNode } from "@spikeloop/nodes";
 * import { key } from "@spikeloop/random";
 * import { ones } from "@spikeloop/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const node = new NoisyILCCUBALIFNode({ actDim: 2, decPopDim: 3, T: 5, key: key(0) });
 * node.resetNoise(100, key(1));
 * assertEquals(node.forward(ones([5, 1, 6])).shape, [5, 1, 6]);
 * assertEquals(Object.keys(node.parameters()), ["conn.weight", "conn.bias"]);
 * ```
 */
export class NoisyILCCUBALIFNode extends NoisyILCNode {
  /** Checks the options; `BaseNode` says which errors it throws. */
  constructor(options: NoisyILCCUBALIFNodeOptions) {
    super(options, { model: cubaLif, defaults: { vThreshold: 1 } });
  }
}

/** The options of `NoisyNonSpikingIFNode`. */
export interface NoisyNonSpikingIFNodeOptions extends NonSpikingNodeOptions, NodeNoiseOptions {
  /** D. */
  readonly numNode: number;
}

/**
 * An integrator with coloured noise on its input, whose scale it learns:
 *
 *     v[t] = v[t-1] + (x[t] + sigma·noise[t]),   v[-1] = 0,   decoded over t
 *
 * sigma is [D] and starts at sigmaInit / √D. Decodings are those of `NonSpikingIFNode`. Its noise
 * is [T, D], or [N, T, D] if it is loaded. Defaults: T 5, sigmaInit 0.5, beta 0. As SpikingJelly's
 * NoisyNonSpikingIFNode.
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
export class NoisyNonSpikingIFNode extends NoisyNonSpikingNode {
  /** The scale of the noise, [D], which is learned. */
  declare readonly sigma: Tensor;

  /** Checks the options; `BaseNode` says which errors it throws. */
  constructor(options: NoisyNonSpikingIFNodeOptions) {
    super(options, {
      model: integrator,
      noise: { model: noisyIntegrator, input: "sigma", isLearned: true },
    });
  }
}
