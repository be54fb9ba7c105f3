import type { Placement } from "@spikeloop/functional";
import type { Key } from "@spikeloop/random";
import type { Tensor } from "@spikeloop/tensor";
import type { Activity, ActOptions } from "./activity.ts";
import type { Actor } from "./actor.ts";
import type { ILCSanParams } from "./actor_params.ts";
import type { ActorOptions } from "./options.ts";

/** A spiking actor network. It holds no parameters and no state. */
export interface ILCSan extends Actor {
  /** Its options, with the defaults filled in. */
  readonly options: ActorOptions;
  /** The names and shapes of its parameters. */
  readonly shapes: Readonly<Record<string, readonly number[]>>;
  /**
   * Returns fresh parameters: linear and convolution layers as PyTorch initializes them, the
   * centres of the encoder evenly spaced.
   */
  init(key: Key, placement?: Placement): ILCSanParams;
  /**
   * Computes actions [N, actDim] from observations [N, obsDim], or from one observation [obsDim].
   *
   * @throws {TypeError} if a parameter is missing or unknown, or a shape does not fit.
   */
  apply(params: ILCSanParams, obs: Tensor, options?: ActOptions): Tensor;
  /**
   * Does the same and returns the activity of every layer, for plots and for penalties on spikes.
   */
  applyWithSpikes(params: ILCSanParams, obs: Tensor, options?: ActOptions): Activity;
  /**
   * Returns the parameters of the same actor without batch normalization: statistics folded into
   * the linear layers. Those of an actor without it stay as they are.
   *
   * @throws {TypeError} if a parameter is missing or unknown, or a shape does not fit.
   */
  fold(params: ILCSanParams): ILCSanParams;
  /**
   * Draws coloured noise for `count` calls of `apply`, [count, T, total]. It goes on from call to
   * call, so an episode draws once and passes `slice(noise, t, t + 1)` at step t.
   *
   * @throws {TypeError} if the actor was made without the option `noise`.
   * @throws {RangeError} if `count` is not a positive integer.
   */
  drawNoise(key: Key, count: number): Tensor;
  /**
   * Returns the parameters in a record, such as the tensors of a checkpoint.
   *
   * @throws {TypeError} if one is missing, has another shape, or is unknown; the message suggests
   * close names.
   */
  loadStateDict(state: Readonly<Record<string, Tensor>>): ILCSanParams;
}

/** The actor that has made or checked a record of parameters. */
const owners = /* @__PURE__ */ new WeakMap<object, ILCSan>();

/**
 * Returns the actor that the parameters are of, if one of `ilcSan` has made, loaded or used this
 * record; undefined for any other value. Checkpoints store its options.
 *
 * @example
 * ```ts
 * import { actorOf, ilcSan } from "@spikeloop/actor";
 * import { key } from "@spikeloop/random";
 * import { assert } from "@std/assert";
 *
 * const actor = ilcSan({ obsDim: 3, actDim: 1, hiddenSizes: [16], actLimit: 2 });
 * assert(actorOf(actor.init(key(0))) === actor);
 * ```
 */
export function actorOf(params: unknown): ILCSan | undefined {
  return typeof params === "object" && params !== null ? owners.get(params) : undefined;
}

/** Notes that an actor has made or checked a record of parameters, and returns the record. */
export function claim<T extends ILCSanParams>(params: T, actor: ILCSan): T {
  owners.set(params, actor);
  return params;
}
