/**
 * Neuron populations, layers, losses and optimizers as plain functions over plain records.
 *
 * @module
 */
export type {
  Layer,
  Noise,
  ParamsOf,
  Placement,
  RunOptions,
  StateOf,
  StepFunction,
  tensorNames,
  Tensors,
} from "./layer.ts";
export { dense, ilc, type ILCOptions, plain, type UnitsOptions } from "./wirings.ts";
export type { Course, Population, PopulationOptions, TraceOptions } from "./population.ts";
export { type Linear, linear, type LinearOptions } from "./linear.ts";
export type { Inspection, Layers, Network, NetworkParams, NetworkState } from "./network.ts";
export { sequential } from "./sequential.ts";
export { meanSquaredError } from "./mean_squared_error.ts";
export { crossEntropy } from "./cross_entropy.ts";
export { spikeRateLoss } from "./spike_rate_loss.ts";
export type { LearningRate, Optimizer, OptimizerState } from "./optimizer.ts";
export { adam, type AdamOptions } from "./adam.ts";
export { sgd, type SgdOptions } from "./sgd.ts";
export { clipByGlobalNorm, globalNorm } from "./clip_by_global_norm.ts";
export { polyak } from "./polyak.ts";
export { type ReadOutMode, readOuts, sumOverTime } from "./read_outs.ts";
