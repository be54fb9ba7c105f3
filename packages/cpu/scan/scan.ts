// The time loop on the CPU as generated WebAssembly SIMD, from any neuron.
import type { ScanArgs, ScanKernel, ScanResult } from "@spikeloop/backend";
import { share } from "../threads/threads.ts";
import { scan as scanAlone } from "./forward.ts";
import { isScanShareable, sharedScan } from "./shared_forward.ts";

/** T steps of a neuron, by as many threads as pay. */
export function cpuScan(kernel: ScanKernel, args: ScanArgs, trace: readonly number[]): ScanResult {
  if (!isScanShareable(args, trace)) return scanAlone(kernel, args, trace);
  return share(
    () => scanAlone(kernel, args, trace),
    (helpers) => sharedScan(kernel, args, helpers),
  );
}
