/**
 * The time loop on the CPU as generated WebAssembly SIMD, from any neuron; the evaluator where SIMD is missing.
 *
 * @module
 */
import { simdSupported } from "@spikeloop/expr/wasm";
import type { Backend } from "../../backend.ts";
import { reference } from "../../reference/reference.ts";
import { scanBackward } from "./backward.ts";
import { scan } from "./forward.ts";
import { lateralGradient, paramGradient } from "./lateral_gradient.ts";

type ScanBackend = Pick<Backend, "scan" | "scanBackward" | "lateralGradient" | "paramGradient">;

/** The scan skeleton of the CPU backend. */
export const scanFunctions: ScanBackend = {
  scan: (...args) => (simdSupported() ? scan : reference.scan)(...args),
  scanBackward: (...args) => (simdSupported() ? scanBackward : reference.scanBackward)(...args),
  lateralGradient: (...args) =>
    (simdSupported() ? lateralGradient : reference.lateralGradient)(...args),
  paramGradient: (...args) => (simdSupported() ? paramGradient : reference.paramGradient)(...args),
};
