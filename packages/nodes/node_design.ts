import type { Backend } from "@spikeloop/backend";
import type { Neuron, NeuronParams } from "@spikeloop/neuron";
import type { Key } from "@spikeloop/random";
import type { Surrogate } from "@spikeloop/surrogate";
import type { Tensor } from "@spikeloop/tensor";

/** Tensors by their names in the state dictionary. */
export type NodeParameters = Readonly<Record<string, Tensor>>;

/** Noise by name: sequences [T, N, D], or one step of them, [N, D]. */
export type NoiseRecord = Readonly<Record<string, Tensor>>;

/** The options of every node. */
export interface NodeOptions {
  /** Whether `forward` keeps `vSeq`, the membrane after every step. False if missing. */
  readonly storeVSeq?: boolean;
  /**
   * Draws initial parameters and random spikes; `key(0)` if missing. Pass every node its own key,
   * or they start alike.
   */
  readonly key?: Key;
  /** Where parameters live; the CPU if missing. */
  readonly backend?: Backend;
}

/** The options of nodes that spike. */
export interface SpikingNodeOptions extends NodeOptions {
  /** A unit spikes where its membrane is at least this. */
  readonly vThreshold?: number;
  /**
   * Where the membrane starts, and where a spike puts it. Null is soft reset: a spike takes
   * vThreshold off the membrane, which starts at 0.
   */
  readonly vReset?: number | null;
  /** Stands in for the derivative of a spike. */
  readonly surrogateFunction?: Surrogate;
  /** Whether the reset passes no gradient. False if missing. */
  readonly detachReset?: boolean;
}

/** The options of `apply`. */
export interface ApplyOptions {
  /** Draws random spikes; the key that `forward` would use next if missing. */
  readonly key?: Key;
}

/** D, the number of units of a node. */
export interface Units {
  /** D. */
  readonly count: number;
  /** Says in messages where the number comes from. */
  readonly because: string;
}

/** A node's model with noise in it. */
export interface NoisyEquations {
  /** The model, which reads the sequence "noiseV" and, if there is an `output`, "noiseS". */
  readonly model: Neuron;
  /** Its parameter that scales the noise on the input. */
  readonly input: string;
  /** Its parameter that scales the noise on the output, if there is noise on it. */
  readonly output?: string;
  /** Whether the scale of the input is learned, one value per unit. False if missing. */
  readonly isLearned?: boolean;
}

/** Sets a class of nodes apart. */
export interface NodeDesign {
  /** The equations. Options with the names of the model's parameters set these. */
  readonly model: Neuron;
  /** Values in place of the model's defaults. */
  readonly defaults?: NeuronParams;
  /** Makes the default surrogate; `rect` if missing. */
  readonly surrogate?: () => Surrogate;
  /** Names of the options that the class reads itself. */
  readonly options?: readonly string[];
  /** D; any D fits if missing. */
  readonly units?: Units;
  /** P, the units of a group that hear each other; units are not connected if missing. */
  readonly group?: number;
  /** Whether the state stays from call to call. False if missing. */
  readonly isStateful?: boolean;
  /** The model's parameters that the node learns, scalars that start at their defaults. */
  readonly learn?: readonly string[];
  /** The equations with noise, if the node hears noise. */
  readonly noise?: NoisyEquations;
}
