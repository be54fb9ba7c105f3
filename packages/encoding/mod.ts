/**
 * Encoders that turn observations into currents and spike trains.
 *
 * @module
 */
export {};
