import type { Expr } from "@spikeloop/expr";

/** State variables as expressions. */
export type StateExprs<S extends string = string> = Readonly<Record<S, Expr>>;

/**
 * A model's parameters: numbers, or null to switch a mechanism off (`vReset: null` is soft reset).
 */
export type NeuronParams = Readonly<Record<string, number | null>>;

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

/**
 * A neuron model: the elementwise maths of one unit at one time step. All kernels (CPU, GPU,
 * forward, backward, with and without a lateral connection) are derived from it.
 */
export interface Neuron<S extends string = string, P extends NeuronParams = NeuronParams> {
  /** For messages, e.g. `"cuba-lif"`. */
  readonly name: string;
  /** The state variables with their values at rest; a function where rest depends on parameters. */
  readonly rest: Readonly<Record<S, number>> | ((params: P) => Readonly<Record<S, number>>);
  /** The parameters with their defaults, dimensionless and per step. */
  readonly params: P;
  /** The values that the parameters may have; all are finite. */
  readonly bounds?: { readonly [K in keyof P]?: Bounds };
  /**
   * The state after the input `x` (the lateral current included) has arrived, before anything
   * fires. `noise` holds the sequences named by `noise`.
   */
  charge(state: StateExprs<S>, x: Expr, params: ParamExprs<P>, noise: StateExprs): StateExprs<S>;
  /**
   * The unit fires where this is at least 0. Without `fire` it never does, and sends the result of
   * `emit`.
   */
  fire?(state: StateExprs<S>, params: ParamExprs<P>): Expr;
  /** The state after firing; states that it leaves out stay as they are. */
  reset?(state: StateExprs<S>, spike: Expr, params: ParamExprs<P>): Partial<StateExprs<S>>;
  /** The unit's output; its spike if missing. `noise` holds the sequences named by `noise`. */
  emit?(state: StateExprs<S>, spike: Expr, params: ParamExprs<P>, noise: StateExprs): Expr;
  /** Names of further input sequences [T, N, D], read by `charge` and `emit`. */
  readonly noise?: readonly string[];
}
