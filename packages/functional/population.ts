import type { Neuron, NeuronParams } from "@spikeloop/neuron";
import type { Key } from "@spikeloop/random";
import type { Surrogate } from "@spikeloop/surrogate";
import type { Tensor } from "@spikeloop/tensor";
import type { Layer, Placement, RunOptions, StepFunction, Tensors } from "./layer.ts";

/**
 * The name of a parameter to learn. A literal must be one of the names `P`; any value of type
 * `string` is accepted, and checked when the population is made.
 */
export type LearnedName<P extends string, L extends string> = string extends L ? L
  : L extends P ? L
  : P;

/**
 * The options of populations of every wiring, besides their size. `P` has the names of the model's
 * parameters, `L` those that are learned.
 */
export interface PopulationOptions<P extends string = string, L extends string = P> {
  /** Replaces the derivative of a spike; `rect()` if missing. */
  readonly surrogate?: Surrogate;
  /**
   * The model's parameters that differ from its defaults; null switches a mechanism off
   * (`vReset: null` is soft reset).
   */
  readonly params?: { readonly [K in P]?: number | null };
  /** Names of model parameters that become part of the params of `init`, to be trained. */
  readonly learn?: readonly LearnedName<P, L>[];
  /** Stops the gradient at the reset. Off by default. */
  readonly detachReset?: boolean;
  /**
   * Sets states to 0 where they are below 2⁻¹²⁶ (denormal float32), and gradients on their way back
   * through time as well. Processors are slow with such numbers, which units without input decay
   * to. On by default where units have no bias that keeps them from there.
   */
  readonly flushDenormal?: boolean;
}

/** A run over a sequence with its trace. */
export interface Course<S extends string = string, V extends string = string> {
  /** The state after the last step. */
  readonly state: Tensors<S>;
  /** The output of the units, [T, N, D]. */
  readonly spikes: Tensor;
  /**
   * The values of every traced variable after every step, [T, N, D]. Taking a gradient through them
   * throws.
   */
  readonly trace: Tensors<V>;
}

/** The options of `trace`. */
export interface TraceOptions<V extends string = string> extends RunOptions {
  /** The model's variables to follow; all of them if missing. */
  readonly names?: readonly V[];
}

/**
 * D units of one neuron model, with or without connections: plain functions over plain records. It
 * holds no state and no parameters, and writes to none of its arguments.
 *
 * T, N and D are time steps, rows (batch) and units. `S` has the names of the state: the model's
 * variables, each [N, D], and if units are connected `lateral`, the current that the last spikes
 * send to the next step, [N, D], or to the next d steps, [d, N, D], with a delay of d. `P` has the
 * names of the params: `weight` [D, 1, P] and `bias` [D] if units are connected, and every
 * parameter in `learn`, a scalar of shape [] (a tensor of shape [D], one value per unit, may take
 * its place).
 */
export interface Population<S extends string = string, P extends string = string>
  extends Layer<Tensors<P>, Tensors<S>> {
  /** The model of every unit. */
  readonly model: Neuron;
  /** Its wiring and its model, such as `"ilc cuba-lif"`. */
  readonly kind: string;
  /** D. */
  readonly units: number;
  /** D. */
  readonly inFeatures: number;
  /** D. */
  readonly outFeatures: number;
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
   * Returns the weights with which units hear each other, [D, 1, P]: the parameter `weight`, as the
   * option `connection` changes it. Missing where units are not connected.
   */
  effectiveWeight?(params: Tensors<P>): Tensor;

  /**
   * Draws parameters. Weight and bias are U(-1/√P, 1/√P), as `torch.nn.Conv1d` draws them; with
   * the option `connection` weights are changed as `ConnectionOptions` says. Learned parameters
   * start at their constants.
   */
  init(key: Key, placement?: Placement): Tensors<P>;

  /**
   * Returns the state of N rows at rest: every variable at its rest value, the lateral current 0.
   *
   * @throws {RangeError} if `batch` is not an integer of at least 0.
   */
  initialState(batch: number, placement?: Placement): Tensors<S>;

  /**
   * Checks parameters once and returns the function that runs one step with them. Gradients flow
   * through any loop over it; to learn the parameters, bind inside the function that `grad`
   * differentiates, with the parameters that `grad` passes to it.
   *
   * @throws {TypeError} if a parameter is missing, unknown or of another shape. The step throws one
   * if state or input do not fit, or are on another backend.
   */
  bind(params: Tensors<P>): StepFunction<Tensors<S>>;

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
    params: Tensors<P>,
    state: Tensors<S>,
    xSeq: Tensor,
    options?: RunOptions,
  ): [state: Tensors<S>, spikes: Tensor];

  /**
   * Runs T steps as `multiStep` does, and returns the trace of the model's variables too, for
   * plots.
   *
   * @throws {TypeError} if parameters, state or input do not fit.
   * @throws {RangeError} if a name is not a variable of the model.
   */
  trace<const V extends Exclude<S, "lateral"> = Exclude<S, "lateral">>(
    params: Tensors<P>,
    state: Tensors<S>,
    xSeq: Tensor,
    options?: TraceOptions<V>,
  ): Course<S, V>;
}
