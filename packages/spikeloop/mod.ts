/**
 * Spikeloop in one import: the stable interface of every package.
 *
 * @module
 */
export {};
