/**
 * The GPU backend: tensors, kernels and the time loop of a neuron on WebGPU.
 *
 * @module
 */
export {};
