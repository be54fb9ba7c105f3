/** The size that a program may have, bundled and minified for a browser. */
export interface Budget {
  readonly what: string;
  /** The program. */
  readonly source: string;
  /** The most it may weigh, in thousands of bytes after gzip. */
  readonly most: number;
  /** Modules of the package that must not come along. */
  readonly never?: readonly RegExp[];
}

/** Modules that only gradients need. */
const gradients = /^(tensor|expr|cpu|backend)\/.*(_rule|backward|gradient|kept|pull|vjp)/;

/** Modules that only some operations of tensors need. */
const operations =
  /^tensor\/(elementwise|sum|extremes|functions|movement|matmul|recording)|^cpu\/(map|sum)/;

const products = /^tensor\/matmul|^cpu\/matmul\/(?!layout)/;

/** Modules that only transcendental functions need. */
const maths = /^expr\/(maths|number_maths|functions|wasm\/simd_maths)/;

const population = `export { ilc } from "spikeloop/functional";
  export { cubaLif } from "spikeloop/neuron";
  export { rect } from "spikeloop/surrogate";`;

/** All of it but `diagnose`, which takes gradients. */
const functional = `export {
    adam, adamW, clipByGlobalNorm, cosineDecay, crossEntropy, dense, detach, dropout, globalNorm,
    ilc, linear, linearDecay, meanSquaredError, neighbours, noSelf, parallel, plain, polyak,
    rateBounds, readOut, readOuts, residual, selfOnly, sequential, sgd, spikeRateLoss, stateless,
    stepDecay, sumOverTime, summary, warmUp,
  } from "spikeloop/functional";`;

/**
 * Each budget is the size of the program and 1 % more. A program pays for what it uses:
 * operations bring their own kernels, and only gradients bring the code of gradients. The first two
 * use everything that they import.
 */
export const budgets: readonly Budget[] = [
  {
    what: "functional without diagnose, surrogate, neuron and nodes",
    source: `${functional}
      export * as surrogates from "spikeloop/surrogate";
      export * as neurons from "spikeloop/neuron";
      export * as nodes from "spikeloop/nodes";`,
    most: 67.4,
    never: [/^(webgpu|encoding|actor|training|interchange|plot|spikeloop)\//, gradients],
  },
  {
    what: "everything",
    source: `export * from "spikeloop"; export * as wasm from "spikeloop/expr/wasm";`,
    most: 219,
  },
  {
    what: "a population: ilc, cubaLif and rect",
    source: population,
    most: 27.7,
    never: [
      /^(nodes\/|surrogate\/registry|functional\/(adam|sgd|linear|cross))/,
      gradients,
      operations,
      maths,
      products,
    ],
  },
  {
    what: "the same from the facade",
    source: `export { cubaLif, ilc, rect } from "spikeloop";`,
    most: 27.7,
    never: [
      /^(webgpu|encoding|actor|training|interchange|plot|nodes)\//,
      gradients,
      operations,
      maths,
      products,
    ],
  },
  {
    what: "the same with its gradient",
    source: `${population} export { valueAndGrad } from "spikeloop/tensor";`,
    most: 46.5,
    never: [
      /^nodes\//,
      /^tensor\/(extremes|movement)/,
      maths,
      products,
    ],
  },
  {
    what: "an ILC node: ILCCUBALIFNode and rect",
    source: `export { ILCCUBALIFNode } from "spikeloop/nodes";
      export { rect } from "spikeloop/surrogate";`,
    most: 34.1,
    never: [
      /^functional\/(adam|sgd|linear|connection|cross|mean|spike|clip|polyak|optim|read_outs)/,
      /^nodes\/(nois|non_spiking|plain_nodes)|^tensor\/(sum|masked|read|reshape)|^cpu\/sum/,
      gradients,
      maths,
      products,
    ],
  },
  {
    what: "adam",
    source: `export { adam } from "spikeloop/functional";`,
    most: 11.1,
    never: [
      /^(neuron|surrogate|random|webgpu)\/|^functional\/(wirings|sgd|linear|cross|polyak)/,
      /^tensor\/sum|^cpu\/(scan|sum|threads)/,
      gradients,
      maths,
      products,
    ],
  },
  {
    what: "rect",
    source: `export { rect } from "spikeloop/surrogate";`,
    most: 2.68,
    never: [
      /^(tensor|cpu|backend|random|neuron|functional)\//,
      maths,
      /^surrogate\/(registry|functions\/(?!piecewise))/,
    ],
  },
  {
    what: "a plot",
    source: `export { linePlot } from "spikeloop/plot";`,
    most: 4.08,
    never: [/^plot\/(raster|trace|surrogate)|^(surrogate|expr|tensor|backend|cpu)\//],
  },
  {
    what: "a plot on a canvas",
    source: `export { rasterCanvas } from "spikeloop/plot";`,
    most: 3.05,
    never: [/^plot\/(frame|axis|svg|trace)|^(surrogate|expr|tensor|backend|cpu)\//],
  },
  {
    what: "a key",
    source: `export { key } from "spikeloop/random";`,
    most: 0.33,
    never: [/^(tensor|cpu|backend)\//],
  },
];
