import type { Backend } from "@spikeloop/backend";
import type { Tensor } from "@spikeloop/tensor";
import type { Neuron, NeuronParams } from "@spikeloop/neuron";
import type { Surrogate } from "@spikeloop/surrogate";
import type { Key } from "@spikeloop/random";

/** Where new tensors live. */
export interface Placement {
  /** The CPU if nothing is said. */
  readonly backend?: Backend;
}

/** What populations of every wiring take besides their size. */
export interface PopulationOptions {
  /** What stands in for the derivative of a spike; `rect()` if missing. */
  readonly surrogate?: Surrogate;
  /** The model's parameters that differ from its defaults; null switches a mechanism off (`vReset: null` is soft reset). */
  readonly params?: NeuronParams;
  /** Names of model parameters that become part of what `init` gives, and so can be trained. */
  readonly learn?: readonly string[];
  /** No gradient flows through the reset. Off by default. */
  readonly detachReset?: boolean;
}

/**
 * What a population learns: `weight` [D, 1, P] and `bias` [D] where its units are connected, and every parameter named
 * by `learn` under its own name, a scalar of shape [] (one of shape [D], a value per unit, is welcome in its place).
 */
export type PopulationParams = Readonly<Record<string, Tensor>>;

/**
 * The state of N rows between two steps, by name, each [N, D]: the model's variables, and where units are connected
 * `lateral`, the current that the last spikes send to the next step.
 */
export type PopulationState = Readonly<Record<string, Tensor>>;

/** The random numbers of populations that read noise; others need none. */
export interface NoiseOptions {
  /**
   * Draws what a surrogate with a random forward pass reads. `multiStep` with a key draws what `step` does with
   * `split(key, T)[t]` at step t.
   */
  readonly key?: Key;
  /** The noise itself by the names in `population.noise`: [N, D] for a step, [T, N, D] for a sequence. No gradient flows to it. */
  readonly noise?: Readonly<Record<string, Tensor>>;
}

/** Runs one time step: `x` and the spikes are [N, D]. The state that comes back has the names of the one given. */
export type Step = (
  state: PopulationState,
  x: Tensor,
  options?: NoiseOptions,
) => [state: PopulationState, spike: Tensor];

/** A sequence seen from inside. */
export interface Course {
  /** The state after the last step. */
  readonly state: PopulationState;
  /** What the units sent out, [T, N, D]. */
  readonly spikes: Tensor;
  /** Per traced variable its value after every step, [T, N, D]. To take a gradient through it is an error. */
  readonly trace: Readonly<Record<string, Tensor>>;
}

/** How to trace a sequence. */
export interface TraceOptions extends NoiseOptions {
  /** The model's variables to follow; all of them if missing. */
  readonly names?: readonly string[];
}

/**
 * D units of one neuron model, wired to themselves or not: plain functions over plain records. It holds no state and
 * no parameters, and nothing given to it is ever written to.
 *
 * T, N and D are time steps, rows (batch) and units.
 */
export interface Population {
  /** What every unit computes. */
  readonly model: Neuron;
  /** D. */
  readonly units: number;
  /** P, how many units each unit hears; 0 where units are not connected. */
  readonly group: number;
  /** How units fire, and the gradient of that. */
  readonly surrogate: Surrogate;
  /** The values of all of the model's parameters; those of learned ones are what `init` starts from. */
  readonly constants: NeuronParams;
  /** The model parameters that are learned. */
  readonly learned: readonly string[];
  /** The noise sequences that a step reads; empty for most. */
  readonly noise: readonly string[];

  /**
   * Fresh parameters. Weight and bias are U(-1/√P, 1/√P), as `torch.nn.Conv1d` draws them; learned parameters start
   * at their constants.
   */
  init(key: Key, options?: Placement): PopulationParams;

  /**
   * The state of N rows at rest: every variable at its rest value, the lateral current 0.
   *
   * @throws {RangeError} if `batch` is not an integer of at least 0.
   */
  initialState(batch: number, options?: Placement): PopulationState;

  /**
   * Checks parameters once and gives the function that runs one step with them. Gradients flow through any loop over
   * it; to learn the parameters, bind those that `grad` hands to your function, inside it.
   *
   * @throws {TypeError} if a parameter is missing, unknown or of another shape. The step throws one if state or input
   * do not fit, or are on another backend.
   */
  bind(params: PopulationParams): Step;

  /**
   * T steps as one kernel, forward and backward: xSeq and the spikes are [T, N, D]. Equal to `step` repeated, bit for
   * bit on the CPU, values and gradients.
   *
   * @throws {TypeError} if parameters, state or input do not fit.
   * @throws {RangeError} if T is 0.
   */
  multiStep(
    params: PopulationParams,
    state: PopulationState,
    xSeq: Tensor,
    options?: NoiseOptions,
  ): [state: PopulationState, spikes: Tensor];

  /**
   * The same with the course of the model's variables, for plots.
   *
   * @throws {TypeError} if parameters, state or input do not fit, or a name is not one of the model's variables.
   */
  trace(
    params: PopulationParams,
    state: PopulationState,
    xSeq: Tensor,
    options?: TraceOptions,
  ): Course;
}
