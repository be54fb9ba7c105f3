/**
 * Stateful node classes with the names of SpikingJelly.
 *
 * @module
 */
export { type ApplyOptions, BaseNode } from "./base_node.ts";
export type {
  NodeDesign,
  NodeOptions,
  NoiseDesign,
  NoiseSource,
  NoisyEquations,
  SpikingNodeOptions,
} from "./node_design.ts";
export type { NodeParameters } from "./node_core.ts";
export { type Connection, ILCBaseNode, type ILCNodeOptions } from "./ilc_base_node.ts";
export { ILCModelNode } from "./ilc_model_node.ts";
export { ILCIFNode } from "./ilc_if_node.ts";
export { ILCLIFNode, type ILCLIFNodeOptions } from "./ilc_lif_node.ts";
export { ILCCUBALIFNode, type ILCCUBALIFNodeOptions } from "./ilc_cuba_lif_node.ts";
export { StatefulNode, type StatefulNodeOptions, type StepMode } from "./stateful_node.ts";
export { IFNode } from "./if_node.ts";
export { LIFNode, type LIFNodeOptions } from "./lif_node.ts";
export { ParametricLIFNode, type ParametricLIFNodeOptions } from "./parametric_lif_node.ts";
export { CUBALIFNode, type CUBALIFNodeOptions } from "./cuba_lif_node.ts";
export { NonSpikingNode, type NonSpikingNodeOptions } from "./non_spiking_node.ts";
export { NonSpikingIFNode } from "./non_spiking_if_node.ts";
export { NonSpikingLIFNode, type NonSpikingLIFNodeOptions } from "./non_spiking_lif_node.ts";
export type { MembraneDecode } from "./decode.ts";
export { NoisyNode, type NoisyNodeOptions } from "./noisy_node.ts";
export { NoisyILCNode, type NoisyILCNodeOptions } from "./noisy_ilc_node.ts";
export type { NodeNoiseOptions } from "./noise_options.ts";
export { NoisyCUBALIFNode, type NoisyCUBALIFNodeOptions } from "./noisy_cuba_lif_node.ts";
export { NoisyILCIFNode } from "./noisy_ilc_if_node.ts";
export { NoisyILCLIFNode, type NoisyILCLIFNodeOptions } from "./noisy_ilc_lif_node.ts";
export { NoisyILCCUBALIFNode, type NoisyILCCUBALIFNodeOptions } from "./noisy_ilc_cuba_lif_node.ts";
export {
  NoisyNonSpikingIFNode,
  type NoisyNonSpikingIFNodeOptions,
} from "./noisy_non_spiking_if_node.ts";
