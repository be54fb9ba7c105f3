import type { Backend } from "@spikeloop/backend";
import type { Neuron, NeuronParams } from "@spikeloop/neuron";
import type { Key } from "@spikeloop/random";
import type { Surrogate } from "@spikeloop/surrogate";
import type { Tensor } from "@spikeloop/tensor";

/** The place of new tensors. */
export interface Placement {
  /** The CPU if missing. */
  readonly backend?: Backend;
}

/** The options of populations of every wiring, besides their size. */
export interface PopulationOptions {
  /** Replaces the derivative of a spike; `rect()` if missing. */
  readonly surrogate?: Surrogate;
  /**
   * The model's parameters that differ from its defaults; null switches a mechanism off
   * (`vReset: null` is soft reset).
   */
  readonly params?: NeuronParams;
  /** Names of model parameters that become part of the params of `init`, to be trained. */
  readonly learn?: readonly string[];
  /** Stops the gradient at the reset. Off by default. */
  readonly detachReset?: boolean;
}

/**
 * The parameters of a population: `weight` [D, 1, P] and `bias` [D] if its units are connected, and
 * every parameter in `learn` under its own name, a scalar of shape [] (a tensor of shape [D], one
 * value per unit, may take its place).
 */
export type PopulationParams = Readonly<Record<string, Tensor>>;

/**
 * The state of N rows between two steps, by name, each [N, D]: the model's variables, and if units
 * are connected `lateral`, the current that the last spikes send to the next step.
 */
export type PopulationState = Readonly<Record<string, Tensor>>;

/** The random numbers of populations that read noise; others need none. */
export interface NoiseOptions {
  /**
   * Draws the noise of a surrogate with a random forward pass. `multiStep` with a key draws the
   * same numbers as `step` with `split(key, T)[t]` at step t.
   */
  readonly key?: Key;
  /**
   * The noise itself by the names in `population.noise`: [N, D] for a step, [T, N, D] for a
   * sequence. No gradient flows to it.
   */
  readonly noise?: Readonly<Record<string, Tensor>>;
}

/**
 * Runs one time step. `x` and the spikes are [N, D]; the new state has the names of the old one.
 */
export type Step = (
  state: PopulationState,
  x: Tensor,
  options?: NoiseOptions,
) => [state: PopulationState, spike: Tensor];

/** A run over a sequence with its trace. */
export interface Course {
  /** The state after the last step. */
  readonly state: PopulationState;
  /** The output of the units, [T, N, D]. */
  readonly spikes: Tensor;
  /**
   * The values of every traced variable after every step, [T, N, D]. Taking a gradient through them
   * throws.
   */
  readonly trace: Readonly<Record<string, Tensor>>;
}

/** The options of `trace`. */
export interface TraceOptions extends NoiseOptions {
  /** The model's variables to follow; all of them if missing. */
  readonly names?: readonly string[];
}

/**
 * D units of one neuron model, with or without connections: plain functions over plain records. It
 * holds no state and no parameters, and writes to none of its arguments.
 *
 * T, N and D are time steps, rows (batch) and units.
 */
export interface Population {
  /** The model of every unit. */
  readonly model: Neuron;
  /** D. */
  readonly units: number;
  /** P, the number of units that each unit hears; 0 if units are not connected. */
  readonly group: number;
  /** The forward pass of a spike and its gradient. */
  readonly surrogate: Surrogate;
  /** The values of all of the model's parameters; learned ones start from theirs. */
  readonly constants: NeuronParams;
  /** The model parameters that are learned. */
  readonly learned: readonly string[];
  /** The noise sequences that a step reads; empty for most models. */
  readonly noise: readonly string[];

  /**
   * Draws parameters. Weight and bias are U(-1/√P, 1/√P), as `torch.nn.Conv1d` draws them, changed
   * as `ConnectionOptions` says where a connection is given; learned
   * parameters start at their constants.
   */
  init(key: Key, options?: Placement): PopulationParams;

  /**
   * Returns the state of N rows at rest: every variable at its rest value, the lateral current 0.
   *
   * @throws {RangeError} if `batch` is not an integer of at least 0.
   */
  initialState(batch: number, options?: Placement): PopulationState;

  /**
   * Checks parameters once and returns the function that runs one step with them. Gradients flow
   * through any loop over it; to learn the parameters, bind inside the function that `grad`
   * differentiates, with the parameters that `grad` passes to it.
   *
   * @throws {TypeError} if a parameter is missing, unknown or of another shape. The step throws one
   * if state or input do not fit, or are on another backend.
   */
  bind(params: PopulationParams): Step;

  /**
   * Runs T steps as one kernel, forward and backward: xSeq and the spikes are [T, N, D]. It equals
   * `step` repeated, bit for bit on the CPU, values and gradients.
   *
   * Two mistakes pass unnoticed. A batch of sequences [N, T, D] runs where N = T, with its axes
   * taken for time and batch: pass transpose(x, [1, 0, 2]). An input that is NaN makes the membrane
   * NaN, and a unit with such a membrane never fires again.
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
   * Runs T steps as `multiStep` does, and returns the trace of the model's variables too, for
   * plots.
   *
   * @throws {TypeError} if parameters, state or input do not fit, or a name is not a variable of
   * the model.
   */
  trace(
    params: PopulationParams,
    state: PopulationState,
    xSeq: Tensor,
    options?: TraceOptions,
  ): Course;
}
