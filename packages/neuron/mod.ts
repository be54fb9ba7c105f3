/**
 * Neuron models as equations, and the ILC nodes of SpikingJelly built on them.
 *
 * @module
 */
export {
  type Bounds,
  defineNeuron,
  type Neuron,
  type NeuronParams,
  type ParamExprs,
  restOf,
  type StateExprs,
} from "./define_neuron.ts";
export { compileNeuron, type CompileOptions, surrogateNoise } from "./compile.ts";
export { resolveParams } from "./check_params.ts";
export { resetMembrane } from "./models/membrane.ts";
export { integrateAndFire } from "./models/integrate_and_fire.ts";
export { lif } from "./models/lif.ts";
export { cubaLif } from "./models/cuba_lif.ts";
export { tauLif, tauLifRawInput } from "./models/tau_lif.ts";
export { parametricLif, parametricLifRawInput } from "./models/parametric_lif.ts";
export { integrator, leakyIntegrator, noisyIntegrator } from "./models/integrator.ts";
export { noisy } from "./models/noisy.ts";
export { type PowerlawOptions, powerlawPsdGaussian } from "./noise/powerlaw.ts";
export { type ApplyOptions, BaseNode } from "./nodes/base_node.ts";
export type {
  NodeDesign,
  NodeOptions,
  NoiseDesign,
  NoiseSource,
  NoisyEquations,
  SpikingNodeOptions,
} from "./nodes/node_design.ts";
export type { NodeParameters } from "./nodes/node_core.ts";
export { type Connection, ILCBaseNode, type ILCNodeOptions } from "./nodes/ilc_base_node.ts";
export { ILCModelNode } from "./nodes/ilc_model_node.ts";
export { ILCIFNode } from "./nodes/ilc_if_node.ts";
export { ILCLIFNode, type ILCLIFNodeOptions } from "./nodes/ilc_lif_node.ts";
export { ILCCUBALIFNode, type ILCCUBALIFNodeOptions } from "./nodes/ilc_cuba_lif_node.ts";
export { StatefulNode, type StatefulNodeOptions, type StepMode } from "./nodes/stateful_node.ts";
export { IFNode } from "./nodes/if_node.ts";
export { LIFNode, type LIFNodeOptions } from "./nodes/lif_node.ts";
export { ParametricLIFNode, type ParametricLIFNodeOptions } from "./nodes/parametric_lif_node.ts";
export { CUBALIFNode, type CUBALIFNodeOptions } from "./nodes/cuba_lif_node.ts";
export { NonSpikingNode, type NonSpikingNodeOptions } from "./nodes/non_spiking_node.ts";
export { NonSpikingIFNode } from "./nodes/non_spiking_if_node.ts";
export { NonSpikingLIFNode, type NonSpikingLIFNodeOptions } from "./nodes/non_spiking_lif_node.ts";
export type { MembraneDecode } from "./nodes/decode.ts";
export { NoisyNode, type NoisyNodeOptions } from "./nodes/noisy_node.ts";
export { NoisyILCNode, type NoisyILCNodeOptions } from "./nodes/noisy_ilc_node.ts";
export type { NodeNoiseOptions } from "./nodes/noise_options.ts";
export { NoisyCUBALIFNode, type NoisyCUBALIFNodeOptions } from "./nodes/noisy_cuba_lif_node.ts";
export { NoisyILCIFNode } from "./nodes/noisy_ilc_if_node.ts";
export { NoisyILCLIFNode, type NoisyILCLIFNodeOptions } from "./nodes/noisy_ilc_lif_node.ts";
export {
  NoisyILCCUBALIFNode,
  type NoisyILCCUBALIFNodeOptions,
} from "./nodes/noisy_ilc_cuba_lif_node.ts";
export {
  NoisyNonSpikingIFNode,
  type NoisyNonSpikingIFNodeOptions,
} from "./nodes/noisy_non_spiking_if_node.ts";
