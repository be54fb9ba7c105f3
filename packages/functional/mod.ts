/**
 * Neuron populations, layers, losses and optimisers as plain functions over plain records.
 *
 * @module
 */
export { dense, ilc, type ILCOptions, plain, type UnitsOptions } from "./wirings.ts";
export type {
  Course,
  NoiseOptions,
  Placement,
  Population,
  PopulationOptions,
  PopulationParams,
  PopulationState,
  Step,
  TraceOptions,
} from "./population.ts";
