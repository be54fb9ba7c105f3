/**
 * The layer of every published package. A package imports packages of a lower layer only.
 * ARCHITECTURE.md says what each of them knows.
 */
export const layerOf: Readonly<Record<string, number>> = {
  errors: 0,
  expr: 0,
  tensor: 1,
  surrogate: 1,
  random: 2,
  webgpu: 2,
  neuron: 3,
  functional: 4,
  encoding: 5,
  interchange: 5,
  plot: 5,
  actor: 6,
  training: 7,
  spikeloop: 8,
};

/** The unpublished package, which stands outside of the layers: tests and scripts may import it. */
export const outside = "dev";

/** The package that tests of every layer may import, to run on each backend that is present. */
export const openToTests = "webgpu";
