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

/** Most of what is used of any tensor is its backend: the compiler of WebAssembly kernels weighs about 25 kB, threads 4. */
export const budgets: readonly Budget[] = [
  {
    what: "functional, surrogate and neuron, all of them",
    source: `export * from "spikeloop/functional";
      export * as surrogates from "spikeloop/surrogate";
      export * as neurons from "spikeloop/neuron";`,
    most: 65,
    never: /^(webgpu|encoding|actor|training|interchange|plot|spikeloop)\//,
  },
  {
    what: "everything",
    source: `export * from "spikeloop"; export * as wasm from "spikeloop/expr/wasm";`,
    most: 108,
  },
  {
    what: "a population: ilc, cubaLif and rect",
    source: `export { ilc } from "spikeloop/functional";
      export { cubaLif } from "spikeloop/neuron";
      export { rect } from "spikeloop/surrogate";`,
    most: 50,
    never: /^(neuron\/(nodes|noise)|surrogate\/registry|functional\/(adam|sgd|linear|cross))/,
  },
  {
    what: "the same from the facade",
    source: `export { cubaLif, ilc, rect } from "spikeloop";`,
    most: 50,
    never: /^(webgpu|encoding|actor|training|interchange|plot|neuron\/nodes)\//,
  },
  {
    what: "adam",
    source: `export { adam } from "spikeloop/functional";`,
    most: 42,
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
    most: 4,
    never: /^plot\/(raster|trace|surrogate)|^(surrogate|expr)\/|^tensor\/cpu\//,
  },
  {
    what: "a key",
    source: `export { key } from "spikeloop/random";`,
    most: 1,
    never: /^tensor\//,
  },
];
