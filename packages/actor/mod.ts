/**
 * The spiking actor network with intra-layer connections, ILC-SAN.
 *
 * @module
 */
export {
  type Activity,
  type ActOptions,
  type ILCSan,
  ilcSan,
  type ILCSanParams,
} from "./ilc_san.ts";
export type { DecodeMode, EncodeMode, ILCSanOptions } from "./options.ts";
