/**
 * Stateful node classes with the names of SpikingJelly.
 *
 * @module
 */
export type {
  ApplyOptions,
  NodeDesign,
  NodeOptions,
  NodeParameters,
  NoiseRecord,
  NoisyEquations,
  SpikingNodeOptions,
  Units,
} from "./node_design.ts";
export { BaseNode } from "./base_node.ts";
export { StatefulNode, type StatefulNodeOptions, type StepMode } from "./stateful_node.ts";
export {
  type Connection,
  ILCBaseNode,
  ILCModelNode,
  type ILCNodeOptions,
} from "./ilc_base_node.ts";
export {
  type MembraneDecode,
  NonSpikingNode,
  type NonSpikingNodeOptions,
} from "./non_spiking_node.ts";
export {
  type HearsNoise,
  type NodeNoiseOptions,
  type NoiseMixin,
  type NoiseScales,
  NoisyILCNode,
  type NoisyILCNodeOptions,
  NoisyNode,
  type NoisyNodeOptions,
  NoisyNonSpikingNode,
} from "./noisy_node.ts";
export type {
  CubaLIFDecayOptions,
  CubaLIFMembers,
  LIFDecayOptions,
  LIFMembers,
  SpikingMembers,
} from "./node_members.ts";
export {
  ILCCUBALIFNode,
  type ILCCUBALIFNodeOptions,
  ILCIFNode,
  ILCLIFNode,
  type ILCLIFNodeOptions,
} from "./ilc_nodes.ts";
export {
  CUBALIFNode,
  type CUBALIFNodeOptions,
  IFNode,
  LIFNode,
  type LIFNodeOptions,
  ParametricLIFNode,
  type ParametricLIFNodeOptions,
} from "./plain_nodes.ts";
export {
  NonSpikingIFNode,
  NonSpikingLIFNode,
  type NonSpikingLIFNodeOptions,
} from "./non_spiking_nodes.ts";
export {
  NoisyCUBALIFNode,
  type NoisyCUBALIFNodeOptions,
  NoisyILCCUBALIFNode,
  type NoisyILCCUBALIFNodeOptions,
  NoisyILCIFNode,
  NoisyILCLIFNode,
  type NoisyILCLIFNodeOptions,
  NoisyNonSpikingIFNode,
  type NoisyNonSpikingIFNodeOptions,
} from "./noisy_nodes.ts";
export { type PowerlawOptions, powerlawPsdGaussian } from "./noise/powerlaw.ts";
