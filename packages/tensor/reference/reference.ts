import type { CompleteBackend } from "../backend.ts";
import { array } from "./array.ts";
import { lateralGradient, paramGradient } from "./lateral_gradient.ts";
import { map } from "./map.ts";
import { affine, matmul } from "./matmul.ts";
import { gather, scatter } from "./movement.ts";
import { reduce } from "./reduce.ts";
import { scan } from "./scan.ts";
import { scanBackward } from "./scan_backward.ts";

/**
 * The evaluator as a backend: plain loops over ordinary Float32Arrays, no code generation. It defines what every other
 * backend computes, to the bit on the CPU, and runs where WebAssembly SIMD is missing.
 *
 * @example The same bits as on the CPU's fast path.
 * ```ts
 * import { exp, reference, tensor } from "@spikeloop/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const slow = exp(tensor([0.1, 0.2], undefined, { backend: reference }));
 * assertEquals(slow.dataSync(), exp(tensor([0.1, 0.2])).dataSync());
 * ```
 */
export const reference: CompleteBackend = {
  name: "reference",
  upload: (data) => data.slice(),
  read: (storage) => Promise.resolve(array(storage).slice()),
  readSync: (storage) => array(storage).slice(),
  map,
  reduce,
  matmul,
  affine,
  gather,
  scatter,
  scan,
  scanBackward,
  lateralGradient,
  paramGradient,
};
