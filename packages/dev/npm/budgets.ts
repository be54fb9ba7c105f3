/** What programs may cost once they are bundled and minified for a browser. */
export interface Budget {
  readonly what: string;
  /** The program. */
  readonly source: string;
  /** The most it may weigh, in thousands of bytes after gzip. */
  readonly most: number;
  /** Modules of the package that must not come along. */
  readonly never?: RegExp;
}

/**
 * The aims are 30 kB for the first and 80 kB for the second. They are missed: whatever makes a tensor needs a backend, and
 * that of the CPU, which compiles kernels to WebAssembly, weighs 37 kB with the expressions that it compiles.
 */
export const budgets: readonly Budget[] = [
  {
    what: "functional, surrogate and neuron, all of them",
    source: `export * from "spikeloop/functional";
      export * as surrogates from "spikeloop/surrogate";
      export * as neurons from "spikeloop/neuron";`,
    most: 70,
    never: /^(webgpu|encoding|actor|training|interchange|plot|spikeloop)\//,
  },
  {
    what: "everything",
    source: `export * from "spikeloop"; export * as wasm from "spikeloop/expr/wasm";`,
    most: 116,
  },
  {
    what: "a population: ilc, cubaLif and rect",
    source: `export { ilc } from "spikeloop/functional";
      export { cubaLif } from "spikeloop/neuron";
      export { rect } from "spikeloop/surrogate";`,
    most: 54,
    never: /^(neuron\/(nodes|noise)|surrogate\/registry|functional\/(adam|sgd|linear|cross))/,
  },
  {
    what: "the same from the facade",
    source: `export { cubaLif, ilc, rect } from "spikeloop";`,
    most: 54,
    never: /^(webgpu|encoding|actor|training|interchange|plot|neuron\/nodes)\//,
  },
  {
    what: "adam",
    source: `export { adam } from "spikeloop/functional";`,
    most: 45,
    never: /^(neuron|surrogate|random|webgpu)\/|^functional\/(wirings|sgd|linear|cross|polyak)/,
  },
  {
    what: "rect",
    source: `export { rect } from "spikeloop/surrogate";`,
    most: 5,
    never: /^(tensor|random|neuron|functional)\/|^surrogate\/(registry|functions\/(?!piecewise))/,
  },
  {
    what: "a plot",
    source: `export { linePlot } from "spikeloop/plot";`,
    most: 5,
    never: /^plot\/(raster|trace|surrogate)|^(surrogate|expr)\/|^tensor\/cpu\//,
  },
  {
    what: "a key",
    source: `export { key } from "spikeloop/random";`,
    most: 1,
    never: /^tensor\//,
  },
];
