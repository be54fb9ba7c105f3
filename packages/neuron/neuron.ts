import type { Expr } from "@spikeloop/expr";

/** State variables, or noise, as expressions. */
export type StateExprs<S extends string = string> = { readonly [K in S]: Expr };

/**
 * A model's parameters: numbers, or null to switch a mechanism off (`vReset: null` is soft reset).
 */
export type NeuronParams<P extends string = string> = { readonly [K in P]: number | null };

/** The parameters as expressions; a parameter that is switched off is null. */
export type ParamExprs<P extends NeuronParams = NeuronParams> = {
  readonly [K in keyof P]: null extends P[K] ? Expr | null : Expr;
};

/** The values that a parameter may have. Limits that are left out do not apply. */
export interface Bounds {
  /** The smallest allowed value. */
  readonly min?: number;
  /** The value must be larger than this. */
  readonly above?: number;
  /** The largest allowed value. */
  readonly max?: number;
  /** Null is allowed and switches a mechanism off. Implied where the default is null. */
  readonly nullable?: boolean;
}

/** A function of the parameters that returns the states at rest. */
export type RestFunction<S extends string, P extends NeuronParams> = {
  // A method, so that a neuron with names is a `Neuron` too.
  rest(params: P): { readonly [K in S]: number };
}["rest"];

/**
 * A neuron model: the elementwise maths of one unit at one time step. All kernels (CPU, GPU,
 * forward, backward, with and without a lateral connection) are derived from it.
 *
 * `S` has the names of the state variables and `P` those of the parameters, as in
 * `Neuron<"v", "vDecay" | "vThreshold">`. `Neuron` alone is a neuron with any names.
 */
export interface Neuron<S extends string = string, P extends string = string> {
  /** For messages, e.g. `"cuba-lif"`. */
  readonly name: string;
  /** The state variables with their values at rest; a function where rest depends on parameters. */
  readonly rest: { readonly [K in S]: number } | RestFunction<S, NeuronParams<P>>;
  /** The parameters with their defaults, dimensionless and per step. */
  readonly params: NeuronParams<P>;
  /** The values that the parameters may have; all are finite. */
  readonly bounds?: { readonly [K in P]?: Bounds };
  /**
   * The state after the input `x` (the lateral current included) has arrived, before anything
   * fires. `noise` holds the sequences named by `noise`.
   */
  charge(
    state: StateExprs<S>,
    x: Expr,
    params: ParamExprs<NeuronParams<P>>,
    noise: StateExprs,
  ): StateExprs<S>;
  /**
   * The unit fires where this is at least 0. Without `fire` it never does, and sends the result of
   * `emit`.
   */
  fire?(state: StateExprs<S>, params: ParamExprs<NeuronParams<P>>): Expr;
  /** The state after firing; states that it leaves out stay as they are. */
  reset?(
    state: StateExprs<S>,
    spike: Expr,
    params: ParamExprs<NeuronParams<P>>,
  ): Partial<StateExprs<S>>;
  /** The unit's output; its spike if missing. `noise` holds the sequences named by `noise`. */
  emit?(
    state: StateExprs<S>,
    spike: Expr,
    params: ParamExprs<NeuronParams<P>>,
    noise: StateExprs,
  ): Expr;
  /** Names of further input sequences [T, N, D], read by `charge` and `emit`. */
  readonly noise?: readonly string[];
}

/** No value has one of these names that is not a state. */
export type Excess<K extends string, S extends string> = { readonly [E in Exclude<K, S>]: never };

/**
 * The parts of a neuron as `defineNeuron` takes them. `rest` has the names of the states, `params`
 * the names of the parameters and `noise` those of the noise; the equations read no others, and
 * return no other states: `C` has the names that `charge` returns, `R` those of `reset`. A
 * parameter is an expression, or null too if its default has the type `number | null`.
 */
export interface NeuronDefinition<
  S extends string,
  P extends NeuronParams,
  N extends string,
  C extends string = S,
  R extends string = S,
> {
  /** See `Neuron`. */
  readonly name: string;
  /** See `Neuron`. */
  readonly rest: { readonly [K in S]: number } | ((params: P) => { readonly [K in S]: number });
  /** See `Neuron`. */
  readonly params: P;
  /** See `Neuron`. */
  readonly bounds?: { readonly [K in keyof NoInfer<P>]?: Bounds };
  /** See `Neuron`. */
  readonly noise?: readonly N[];
  /** See `Neuron`. */
  charge(
    state: StateExprs<NoInfer<S>>,
    x: Expr,
    params: ParamExprs<NoInfer<P>>,
    noise: StateExprs<NoInfer<N>>,
  ): StateExprs<C> & StateExprs<NoInfer<S>> & Excess<NoInfer<C>, NoInfer<S>>;
  /** See `Neuron`. */
  fire?(state: StateExprs<NoInfer<S>>, params: ParamExprs<NoInfer<P>>): Expr;
  /** See `Neuron`. */
  reset?(
    state: StateExprs<NoInfer<S>>,
    spike: Expr,
    params: ParamExprs<NoInfer<P>>,
  ):
    & { readonly [K in R]?: Expr }
    & Partial<StateExprs<NoInfer<S>>>
    & Excess<NoInfer<R>, NoInfer<S>>;
  /** See `Neuron`. */
  emit?(
    state: StateExprs<NoInfer<S>>,
    spike: Expr,
    params: ParamExprs<NoInfer<P>>,
    noise: StateExprs<NoInfer<N>>,
  ): Expr;
}
