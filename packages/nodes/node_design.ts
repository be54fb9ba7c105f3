import type { Key } from "@spikeloop/random";
import type { Surrogate } from "@spikeloop/surrogate";
import type { Backend } from "@spikeloop/backend";
import type { Tensor } from "@spikeloop/tensor";
import type { Neuron, NeuronParams } from "@spikeloop/neuron";

/** What every node takes. */
export interface NodeOptions {
  /** Keep `vSeq`, the membrane after every step, when `forward` runs. Off by default. */
  readonly storeVSeq?: boolean;
  /**
   * What initial parameters and random spikes are drawn with; `key(0)` if missing. Give every node its own, or they
   * start alike.
   */
  readonly key?: Key;
  /** Where parameters live; the CPU if missing. */
  readonly backend?: Backend;
}

/** What nodes that spike take besides. */
export interface SpikingNodeOptions extends NodeOptions {
  /** A unit spikes where its membrane is at least this. */
  readonly vThreshold?: number;
  /** Where the membrane starts and is put by a spike; null takes vThreshold off it instead (soft reset, from 0). */
  readonly vReset?: number | null;
  /** What stands in for the derivative of a spike. */
  readonly surrogateFunction?: Surrogate;
  /** No gradient flows through the reset. Off by default. */
  readonly detachReset?: boolean;
}

/** Where a node's noise comes from. */
export interface NoiseSource {
  /** Whether there is any. */
  readonly isTraining: boolean;
  /** What a run over x [T, N, D] hears, sequences of the same shape; none unless `isTraining`. */
  sequences(x: Tensor): readonly Tensor[];
  /** Moves on to the noise of the next run. */
  advance(): void;
}

/** A node's equations with noise. */
export interface NoisyEquations {
  /** The model with noise in it. */
  readonly model: Neuron;
  /** Its parameter that scales the noise on the input. */
  readonly input: string;
  /** Its parameter that scales the noise on the output, where there is any. */
  readonly output?: string;
}

/** How noise enters a node. */
export interface NoiseDesign extends NoisyEquations {
  /** Where it comes from. */
  readonly source: NoiseSource;
}

/** What sets a class of nodes apart. */
export interface NodeDesign {
  /** Its equations. Options with the names of the model's parameters set these. */
  readonly model: Neuron;
  /** Values in place of the model's defaults. */
  readonly defaults?: NeuronParams;
  /** The default surrogate; `rect()` if missing. */
  readonly surrogate?: () => Surrogate;
  /** Names of further options, which the class reads itself. */
  readonly options?: readonly string[];
  /** D, and what makes it so, for messages; any D if missing. */
  readonly units?: { readonly count: number; readonly because: string };
  /** P, how many neighbours hear each other through the parameters "conn.weight" and "conn.bias"; none if missing. */
  readonly group?: number;
  /** The state stays from call to call. */
  readonly isStateful?: boolean;
  /** What is learned, by its name in the state dictionary; a parameter of the model with this name takes its value. */
  readonly parameters?: (
    key: Key,
    placement: { readonly backend?: Backend },
  ) => Readonly<Record<string, Tensor>>;
  /** Noise, where the node has it. */
  readonly noise?: NoiseDesign;
}
