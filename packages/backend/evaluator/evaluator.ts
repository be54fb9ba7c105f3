import type { CompleteBackend } from "../backend.ts";
import { hostArray } from "../host_storage.ts";
import { evaluateLateralGradient, evaluateParamGradient } from "./lateral_gradient.ts";
import { evaluateMap } from "./map.ts";
import { evaluateAffine, evaluateMatmul } from "./matmul.ts";
import { evaluateGather, evaluateScatter } from "./movement.ts";
import { evaluateReduce } from "./reduce.ts";
import { evaluateScan } from "./scan.ts";
import { evaluateScanBackward } from "./scan_backward.ts";
import { evaluateScatterAdd, evaluateTake } from "./take.ts";

/**
 * The evaluator as a backend: plain loops over Float32Arrays, without generated code. It defines
 * the results of every backend, to the bit on the CPU, and runs where WebAssembly SIMD is missing.
 *
 * @example The same bits as the CPU's kernels compute.
 * ```ts
 * import { exp, tensor } from "@spikeloop/tensor";
 * import { evaluator } from "@spikeloop/backend/evaluator";
 * import { assertEquals } from "@std/assert";
 *
 * const slow = exp(tensor([0.1, 0.2], undefined, { backend: evaluator }));
 * assertEquals(slow.dataSync(), exp(tensor([0.1, 0.2])).dataSync());
 * ```
 */
export const evaluator: CompleteBackend = {
  name: "evaluator",
  upload: (data) => data.slice(),
  read: (storage) => Promise.resolve(hostArray(storage).slice()),
  readSync: (storage) => hostArray(storage).slice(),
  map: evaluateMap,
  reduce: evaluateReduce,
  matmul: evaluateMatmul,
  affine: evaluateAffine,
  gather: evaluateGather,
  scatter: evaluateScatter,
  take: evaluateTake,
  scatterAdd: evaluateScatterAdd,
  scan: evaluateScan,
  scanBackward: evaluateScanBackward,
  lateralGradient: evaluateLateralGradient,
  paramGradient: evaluateParamGradient,
};
