/**
 * The time loop on the CPU as generated WebAssembly SIMD, from any neuron; the evaluator where SIMD is missing.
 *
 * @module
 */
import { simdSupported } from "@spikeloop/expr/wasm";
import type { Backend } from "../../backend.ts";
import { reference } from "../../reference/reference.ts";
import { share } from "../threads/threads.ts";
import { scanBackward as scanBackwardAlone } from "./backward.ts";
import { scan as scanAlone } from "./forward.ts";
import { lateralGradient, paramGradient } from "./lateral_gradient.ts";
import { isBackwardShareable, sharedScanBackward } from "./shared_backward.ts";
import { isScanShareable, sharedScan } from "./shared_forward.ts";

type ScanBackend = Pick<Backend, "scan" | "scanBackward" | "lateralGradient" | "paramGradient">;

const scan: Backend["scan"] = (kernel, args, trace) =>
  isScanShareable(args, trace)
    ? share(
      () => scanAlone(kernel, args, trace),
      (helpers) => sharedScan(kernel, args, helpers),
    )
    : scanAlone(kernel, args, trace);

const scanBackward: Backend["scanBackward"] = (kernel, args, out, cotangents, wants) =>
  isBackwardShareable(args)
    ? share(
      () => scanBackwardAlone(kernel, args, out, cotangents, wants),
      (helpers) => sharedScanBackward(kernel, args, cotangents, wants, helpers),
    )
    : scanBackwardAlone(kernel, args, out, cotangents, wants);

const simd: ScanBackend = { scan, scanBackward, lateralGradient, paramGradient };

/** Where SIMD is missing, all of it is. */
const chosen = () => simdSupported() ? simd : reference;

/** The scan skeleton of the CPU backend. */
export const scanFunctions: ScanBackend = {
  scan: (kernel, args, trace) => chosen().scan(kernel, args, trace),
  scanBackward: (kernel, args, out, cotangents, wants) =>
    chosen().scanBackward(kernel, args, out, cotangents, wants),
  lateralGradient: (records, extents) => chosen().lateralGradient(records, extents),
  paramGradient: (rows, batch, units) => chosen().paramGradient(rows, batch, units),
};
