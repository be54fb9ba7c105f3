/**
 * The layer of every published package. A package imports packages of a lower layer only.
 * ARCHITECTURE.md says what lives in each.
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
  data: 9,
  training: 10,
  spikeloop: 11,
};

/** An import that some files must do without although it goes down. */
export interface ForbiddenImport {
  /** Matches the paths of these files from the root. Tests are free. */
  readonly files: RegExp;
  readonly specifier: string;
  /** Says why, in the words of a message. */
  readonly reason: string;
}

/** Rules within the layers. */
export const forbidden: readonly ForbiddenImport[] = [
  {
    files: /^packages\/(cpu|expr)\//,
    specifier: "@spikeloop/backend/evaluator",
    reason: "the evaluator and the code that it judges share definitions only",
  },
  {
    files: /^packages\/webgpu\/(?!webgpu\.ts$)/,
    specifier: "@spikeloop/tensor",
    reason: "kernels need the contract in @spikeloop/backend only",
  },
];

/** The unpublished package, which stands outside of the layers: tests and scripts may import it. */
export const outside = "dev";

/** The package that tests of every layer may import, to run on each backend that is present. */
export const openToTests = "webgpu";
