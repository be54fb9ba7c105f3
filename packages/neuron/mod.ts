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
export { type CompileOptions, compileNeuron, surrogateNoise } from "./compile.ts";
export { resolveParams } from "./check_params.ts";
export { cubaLif, integrateAndFire, lif, resetMembrane } from "./models.ts";
