/**
 * Networks that act: ILC-SAN, the spiking actor network with intra-layer connections, perceptrons,
 * and networks of your own.
 *
 * @module
 */
export type {
  Actor,
  ActorParams,
  ApplyActorOptions,
  BoundActor,
  StochasticActor,
} from "./actor.ts";
export type { Categorical, Distribution, Gaussian } from "./distribution.ts";
export type { ActionHead, LogStdSource } from "./action_head.ts";
export type { ActorSpaces } from "./action_spaces.ts";
export { actorFrom, type ActorFromOptions } from "./actor_from.ts";
export { isBuiltInActor } from "./built_in_actors.ts";
export { mlpActor, type MlpActorOptions } from "./mlp_actor.ts";
export {
  type Box,
  box,
  type Discrete,
  discrete,
  isDiscrete,
  type Space,
  takeBox,
  takeSpace,
} from "./space.ts";
export type { Activity, ActOptions } from "./activity.ts";
export { actorOf, type ILCSan } from "./actor_of.ts";
export { actorOperations } from "./actor_operations.ts";
export { ilcSan } from "./ilc_san.ts";
export type { ILCSanParams } from "./actor_params.ts";
export {
  type ActorNoiseOptions,
  type ActorOptions,
  type DecodeMode,
  type EncodeMode,
  type ILCSanOptions,
  type OpenActorOptions,
  plainOptions,
} from "./options.ts";
