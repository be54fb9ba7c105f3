import type { Placement } from "@spikeloop/functional";
import type { Key } from "@spikeloop/random";
import type { Tensor } from "@spikeloop/tensor";
import type { ActionHead } from "./action_head.ts";
import type { Distribution } from "./distribution.ts";
import type { Box, Space } from "./space.ts";

/**
 * The parameters of an actor by name, one flat record: so the tensors of a checkpoint are
 * parameters as they are.
 */
export type ActorParams = Readonly<Record<string, Tensor>>;

/** The options of `Actor.apply`. */
export interface ApplyActorOptions {
  /** Draws the random numbers of an actor that needs some, such as an encoder of random spikes. */
  readonly key?: Key;
  /**
   * Whether parameters are being trained, false if missing: batch normalizations then use the
   * statistics of the batch, and dropout acts.
   */
  readonly training?: boolean;
}

/** An actor with its parameters, prepared once for many single observations. */
export interface BoundActor {
  /**
   * Computes the action of one observation, with the bits of `apply`.
   *
   * @param into Receives the action; a new array if missing.
   * @returns `into`: the numbers of the action, or the number of the choice.
   * @throws {TypeError} if the observation or `into` has another length.
   */
  act(observation: ArrayLike<number>, into?: Float32Array, key?: Key): Float32Array;
  /**
   * Computes the `head.outputs` numbers that the action is made of: the means, then the logarithms
   * of the standard deviations where the network computes them, or the logits.
   *
   * @param into Receives them; a new array if missing.
   * @throws {TypeError} if the observation or `into` has another length.
   */
  outputs(observation: ArrayLike<number>, into?: Float32Array, key?: Key): Float32Array;
  /** The logarithms of the standard deviations where they are a parameter, else missing. */
  readonly logStd?: Float32Array;
}

/**
 * A network that acts. It holds neither parameters nor state: every call starts afresh. `ilcSan`
 * makes a spiking one, `mlpActor` a perceptron, and `actorFrom` one of any `Layer`; agents train
 * all of them alike.
 */
export interface Actor {
  /** The name of its kind, such as `"ilc-san"`. */
  readonly kind: string;
  /** The observations that it reads. */
  readonly observationSpace: Box;
  /** The actions that it takes. A box has finite bounds. */
  readonly actionSpace: Space;
  /** Maps the outputs of the network to actions. */
  readonly head: ActionHead;
  /** The names and shapes of its parameters. */
  readonly shapes: Readonly<Record<string, readonly number[]>>;
  /** Draws parameters. */
  init(key: Key, placement?: Placement): ActorParams;
  /**
   * Computes actions [N, actDim] from observations [N, obsDim]. Of a distribution it is the action
   * without noise, and of a discrete space the number of the most likely choice, [N, 1].
   *
   * @throws {TypeError} if a parameter is missing or unknown, or a shape does not fit.
   */
  apply(params: ActorParams, observation: Tensor, options?: ApplyActorOptions): Tensor;
  /**
   * Computes the distributions of the actions for observations [N, obsDim]; missing where the actor
   * is deterministic.
   *
   * @throws {TypeError} if a parameter is missing or unknown, or a shape does not fit.
   */
  distribution?(
    params: ActorParams,
    observation: Tensor,
    options?: ApplyActorOptions,
  ): Distribution;
  /**
   * Returns parameters with the statistics of normalized observations, [N, obsDim] each, averaged
   * over these batches; missing where nothing normalizes batches.
   */
  calibrate?(
    params: ActorParams,
    observations: readonly Tensor[],
    options?: ApplyActorOptions,
  ): ActorParams;
  /**
   * Returns parameters whose statistics have moved towards those of one batch: the part of an
   * update that follows what it learns. Missing where nothing normalizes batches.
   */
  track?(params: ActorParams, observation: Tensor, options?: ApplyActorOptions): ActorParams;
  /**
   * Takes parameters once and returns what acts on single observations with them, on the CPU. The
   * parameters are read at that time. Those of an actor that learns on a GPU are copied before:
   * `bind(await copyTree(params))`, again whenever they have changed.
   *
   * @throws {TypeError} if a parameter is on a GPU, missing or unknown, or a shape does not fit.
   */
  bind(params: ActorParams): BoundActor;
  /**
   * Returns the spikes of every layer, [T, N, units] by name; missing where nothing spikes.
   *
   * @throws {TypeError} if a parameter is missing or unknown, or a shape does not fit.
   */
  spikes?(
    params: ActorParams,
    observation: Tensor,
    options?: ApplyActorOptions,
  ): Readonly<Record<string, Tensor>>;
  /**
   * Returns the parameters in a record, such as the tensors of a checkpoint.
   *
   * @throws {TypeError} if one is missing, has another shape, or is unknown.
   */
  loadStateDict(state: Readonly<Record<string, Tensor>>): ActorParams;
  /** Returns the kind and the options as files hold them: numbers, texts, lists and records. */
  toJSON(): Readonly<Record<string, unknown>>;
}

/** An actor that draws its actions from a distribution. */
export type StochasticActor = Actor & Required<Pick<Actor, "distribution">>;
