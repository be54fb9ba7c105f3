import { simdSupported } from "@spikeloop/expr/wasm";
import type { Backend, ScanArgs, ScanKernel, ScanResult } from "../backend.ts";
import { scan as simd } from "../cpu/scan/scan.ts";
import { scan as evaluate } from "../reference/scan.ts";

/** `Skeletons.scan`, by the backend or the CPU. */
export function runScan(
  backend: Backend,
  kernel: ScanKernel,
  args: ScanArgs,
  trace: readonly number[],
): ScanResult {
  if (backend.scan !== undefined) return backend.scan(kernel, args, trace);
  return simdSupported() ? simd(kernel, args, trace) : evaluate(kernel, args, trace);
}
