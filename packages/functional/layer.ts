import type { Backend } from "@spikeloop/backend";
import type { Key } from "@spikeloop/random";
import type { Tensor, Tree } from "@spikeloop/tensor";
import type { SequenceOptions } from "./lengths.ts";
import type { RowPart } from "./row_parts.ts";

/** The property that holds the names in the type `Tensors`. No value has it. */
export declare const tensorNames: unique symbol;

/**
 * A plain record of tensors with these names: `Tensors<"weight" | "bias">` is
 * `{ readonly weight: Tensor; readonly bias: Tensor }`. A record that is known to have further
 * names does not fit, so that the state of one model is not taken for another's.
 */
export type Tensors<K extends string = string> =
  & { readonly [name in K]: Tensor }
  & { readonly [tensorNames]?: K };

/** Where new tensors live. */
export interface Placement {
  /** The CPU if missing. */
  readonly backend?: Backend;
}

/** Noise by name; for a network, nested by the names of its layers. */
export type Noise = { readonly [name: string]: Tensor | Noise };

/** The options of a run. A layer that does not need one ignores it. */
export interface RunOptions {
  /**
   * Draws random numbers: spikes of a random surrogate, the mask of dropout. Pass a new key every
   * time. `multiStep` with a key draws the same numbers as `step` with `split(key, T)[t]` at step
   * t; it takes these T keys too.
   */
  readonly key?: Key | readonly Key[];
  /** Whether parameters are being trained. False if missing. Dropout acts where it is true. */
  readonly training?: boolean;
  /**
   * The noise itself by the names in `population.noise`: [N, D] for a step, [T, N, D] for a
   * sequence. In a network it nests by layer: `{ hidden: { noiseV } }`. No gradient flows to it.
   */
  readonly noise?: Noise;
  /** How many steps of each row count, [N]; those after them are padding to a read-out. */
  readonly lengths?: SequenceOptions["lengths"];
}

/** Runs one time step: from [N, ...] to [N, ...]. The new state has the names of the old one. */
export type StepFunction<State = Tree> = {
  // A method, so that a layer whose names are known is a `Layer` too.
  step(state: State, x: Tensor, options?: RunOptions): [state: State, y: Tensor];
}["step"];

/**
 * A function of sequences with parameters and a state: a population, a linear layer, a read-out or
 * a whole network. It holds neither parameters nor state, and writes to none of its arguments.
 * Params and state are plain records of tensors. `Layer` alone is a layer with any params and
 * state.
 *
 * A layer of your own needs the four functions alone; `sequential` checks sizes where they are
 * known.
 *
 * @example A layer that multiplies by a number that is learned.
 * ```ts
 * import * as e from "@spikeloop/expr";
 * import { type Layer, sequential, type Tensors } from "@spikeloop/functional";
 * import { key } from "@spikeloop/random";
 * import { full, mul, ones } from "@spikeloop/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const gain: Layer<Tensors<"gain">, Tensors<never>> = {
 *   init: (_key, placement) => ({ gain: full([], 2, placement) }),
 *   initialState: () => ({}),
 *   bind: (params) => (state, x) => [state, mul(x, params.gain)],
 *   multiStep: (params, state, xSeq) => [state, mul(xSeq, params.gain)],
 *   // Not needed, but with it actors of the network act faster.
 *   rowParts: ({ gain }) => [{ kind: "map", formula: e.mul, rows: [gain] }],
 * };
 * const net = sequential({ first: gain, second: gain });
 * const [, y] = net.multiStep(net.init(key(0)), net.initialState(1), ones([3, 1, 1]));
 * assertEquals([...y.dataSync()], [4, 4, 4]);
 * ```
 */
export interface Layer<Params = Tree, State = Tree> {
  /** Its name in messages and summaries, such as `"linear"`. */
  readonly kind?: string;
  /** The extent of the last axis of the input; any fits if missing. */
  readonly inFeatures?: number;
  /** The extent of the last axis of the output; `"same"` as the input's. */
  readonly outFeatures?: number | "same";
  /** Whether `multiStep` returns [N, ...], one output for the whole sequence. */
  readonly isReadOut?: boolean;
  /** Draws parameters. */
  init(key: Key, placement?: Placement): Params;
  /** Returns the state of `batch` rows before the first step. */
  initialState(batch: number, placement?: Placement): State;
  /**
   * Takes parameters once and returns the function that runs one step with them. To learn the
   * parameters, bind inside the function that `grad` differentiates.
   */
  bind(params: Params): StepFunction<State>;
  /**
   * Runs T steps, from [T, N, ...] to [T, N, ...]. It equals `step` repeated, values bit for bit on
   * the CPU.
   */
  multiStep(
    params: Params,
    state: State,
    xSeq: Tensor,
    options?: RunOptions,
  ): [state: State, ySeq: Tensor];
  /**
   * Returns the maths of one row outside of training, part after part, so that actors make code of
   * it for single observations. If it is missing or returns undefined, networks with this layer act
   * by tensors: the same actions, more slowly.
   *
   * They compute what `multiStep` computes from `initialState`; nothing compares them. A copy of a
   * layer of this library, such as `{ ...linear(options), multiStep }`, has none as soon as one of
   * these two is another; for copies of a layer of your own, say `rowParts: undefined`. Which parts
   * they are should not depend on the values of params: others are compiled anew.
   */
  rowParts?(params: Params): readonly RowPart[] | undefined;
}

/** The params of a layer. */
export type ParamsOf<L extends Layer> = ReturnType<L["init"]>;

/** The state of a layer. */
export type StateOf<L extends Layer> = ReturnType<L["initialState"]>;
