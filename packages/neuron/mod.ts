/**
 * Neuron models as equations, and their kernels.
 *
 * @module
 */
export { defineNeuron, isNeuron, restAt, restOf, takeNeuron } from "./define_neuron.ts";
export type {
  Bounds,
  Excess,
  Neuron,
  NeuronDefinition,
  NeuronParams,
  ParamExprs,
  RestFunction,
  StateExprs,
} from "./neuron.ts";
export {
  makeKernel,
  type NeuronKernel,
  neuronKernel,
  type NeuronKernelOptions,
  surrogateNoise,
} from "./neuron_kernel.ts";
export { resolveParams, takeParams } from "./check_params.ts";
export { resetMembrane } from "./models/membrane.ts";
export { integrateAndFire } from "./models/integrate_and_fire.ts";
export { lif } from "./models/lif.ts";
export { cubaLif } from "./models/cuba_lif.ts";
export { tauLif, tauLifRawInput } from "./models/tau_lif.ts";
export { parametricLif, parametricLifRawInput } from "./models/parametric_lif.ts";
export { integrator, leakyIntegrator, noisyIntegrator } from "./models/integrator.ts";
export { noisy } from "./models/noisy.ts";
