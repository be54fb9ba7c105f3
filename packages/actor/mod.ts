/**
 * ILC-SAN, the spiking actor network with intra-layer connections.
 *
 * @module
 */
export {
  type Activity,
  type ActOptions,
  actorOptionsOf,
  type ILCSan,
  ilcSan,
  type ILCSanParams,
} from "./ilc_san.ts";
export {
  type ActorNoiseOptions,
  type ActorOptions,
  type DecodeMode,
  type EncodeMode,
  type ILCSanOptions,
  type OpenActorOptions,
  plainOptions,
} from "./options.ts";
