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
export {
  dense,
  type DenseOptions,
  ilc,
  type ILCOptions,
  plain,
  populationOf,
  type UnitsOptions,
} from "./wirings.ts";
export type { WeightNames } from "./init_uniform.ts";
export type { ConnectionOptions } from "./connection.ts";
export { type MaskRule, neighbours, noSelf, selfOnly } from "./mask_rules.ts";
export type {
  Course,
  LearnedName,
  Population,
  PopulationOptions,
  TraceOptions,
} from "./population.ts";
export { type Linear, linear, type LinearOptions } from "./linear.ts";
export type { Inspection, Layers, Network, NetworkParams, NetworkState } from "./network.ts";
export { type Inspectable, isInspectable } from "./known_layers.ts";
export { takeResult } from "./take_result.ts";
export { sequential } from "./sequential.ts";
export { parallel } from "./parallel.ts";
export { type Residual, residual } from "./residual.ts";
export { stateless } from "./stateless.ts";
export { stepByStep } from "./step_by_step.ts";
export { dropout, type DropoutOptions } from "./dropout.ts";
export { type BatchNorm, batchNorm, type BatchNormOptions } from "./batch_norm.ts";
export { type BatchStatistics, calibrate, foldBatchNorm } from "./fold_batch_norm.ts";
export { trackBatchNorm, type TrackedNetwork, type TrackedNormParams } from "./track_batch_norm.ts";
export { readOut, type ReadOutState } from "./read_out.ts";
export type { RowPart } from "./row_parts.ts";
export { detach } from "./detach.ts";
export { summary } from "./summary.ts";
export { diagnose, type DiagnoseOptions } from "./diagnose.ts";
export {
  type ActivityRecord,
  type ConnectionOperations,
  countOperations,
  type OperationCounts,
  type RecordedConnection,
  type RecordedUnits,
} from "./count_operations.ts";
export { type NetworkOperations, synapticOperations } from "./synaptic_operations.ts";
export { type EnergyCosts, energyCosts, type EnergyEstimate, estimateEnergy } from "./energy.ts";
export type { Diagnosis, Finding, FindingKind, LayerActivity } from "./diagnosis.ts";
export { meanSquaredError } from "./mean_squared_error.ts";
export { crossEntropy } from "./cross_entropy.ts";
export type { SequenceOptions } from "./lengths.ts";
export { spikeRateLoss } from "./spike_rate_loss.ts";
export { rateBounds, type RateBoundsOptions } from "./rate_bounds.ts";
export type { Optimizer, OptimizerState } from "./optimizer.ts";
export type { LearningRate, LearningRates } from "./learning_rates.ts";
export { adam } from "./adam.ts";
export { adamW } from "./adam_w.ts";
export type { AdamOptions } from "./make_adam.ts";
export { sgd, type SgdOptions } from "./sgd.ts";
export {
  cosineDecay,
  type DecayOptions,
  linearDecay,
  type Schedule,
  stepDecay,
  type StepDecayOptions,
  warmUp,
  type WarmUpOptions,
} from "./schedules.ts";
export { clipByGlobalNorm, globalNorm } from "./clip_by_global_norm.ts";
export { polyak } from "./polyak.ts";
export { type ReadOutMode, readOuts, sumOverTime } from "./read_outs.ts";
