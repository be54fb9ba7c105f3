/**
 * Neuron populations, layers, losses and optimisers as plain functions over plain records.
 *
 * @module
 */
export {};
