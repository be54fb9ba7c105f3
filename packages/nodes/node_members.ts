// Options and properties that several classes of nodes have because of their model.
import type { Tensor } from "@spikeloop/tensor";

/** The options of nodes of `lif`. */
export interface LIFDecayOptions {
  /** The part of the membrane that is left after a step; 0.75 if missing. */
  readonly vDecay?: number;
}

/** The options of nodes of `cubaLif`. */
export interface CubaLIFDecayOptions extends LIFDecayOptions {
  /** The part of the current that is left after a step; 0.5 if missing. */
  readonly cDecay?: number;
}

/** The properties of nodes that spike. */
export interface SpikingMembers {
  /** A unit spikes where its membrane is at least this. */
  readonly vThreshold: number;
  /** Where a spike puts the membrane; null for soft reset. */
  readonly vReset: number | null;
}

/** The properties of nodes of `lif`. */
export interface LIFMembers {
  /** The part of the membrane that is left after a step. */
  readonly vDecay: number;
}

/** The properties of nodes of `cubaLif`. */
export interface CubaLIFMembers extends LIFMembers {
  /** The part of the current that is left after a step. */
  readonly cDecay: number;
  /** The current [N, D] after the last step of `forward`. */
  c: Tensor;
}
