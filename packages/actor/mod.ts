/**
 * ILC-SAN, the spiking actor network with intra-layer connections.
 *
 * @module
 */
export { type Activity, type ActOptions, actorOptionsOf, type ILCSan, ilcSan } from "./ilc_san.ts";
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
