/**
 * The evaluator: plain loops that define the results of every backend.
 *
 * @module
 */
export { evaluator } from "./evaluator.ts";
export { evaluateMap } from "./map.ts";
export { evaluateAffine, evaluateMatmul } from "./matmul.ts";
export { evaluateGather, evaluateScatter } from "./movement.ts";
export { evaluateExtreme, evaluateReduce, evaluateSum } from "./reduce.ts";
export { evaluateScatterAdd, evaluateTake } from "./take.ts";
export { evaluateScan } from "./scan.ts";
export { evaluateScanBackward } from "./scan_backward.ts";
export { evaluateLateralGradient, evaluateParamGradient } from "./lateral_gradient.ts";
