/**
 * The layer of every published package. A package imports packages of a lower layer only.
 * ARCHITECTURE.md says what each of them knows.
 */
export const layerOf: Readonly<Record<string, number>> = {
  errors: 0,
  expr: 1,
  backend: 2,
  surrogate: 2,
  cpu: 3,
  tensor: 4,
  random: 5,
  webgpu: 5,
  neuron: 6,
  functional: 7,
  encoding: 8,
  interchange: 8,
  nodes: 8,
  plot: 8,
  actor: 9,
  training: 10,
  spikeloop: 11,
};

/** The unpublished package, which stands outside of the layers: tests and scripts may import it. */
export const outside = "dev";

/** The package that tests of every layer may import, to run on each backend that is present. */
export const openToTests = "webgpu";
