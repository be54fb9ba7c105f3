/**
 * Encoders from numbers to spikes: the population encoders of spiking actor networks, rate and
 * latency coding.
 *
 * @module
 */
export {
  type EncodeOptions,
  encoderUnits,
  popEncoder,
  popSpikeEncoderDeterministic,
  popSpikeEncoderRandom,
  populationActivity,
  type PopulationEncoder,
  type PopulationEncoderOptions,
  type PopulationEncoderParams,
} from "./population_encoder.ts";
export { latencyEncoder, type LatencyOptions, poissonEncoder } from "./spike_encoder.ts";
