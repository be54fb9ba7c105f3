import { simdSupported } from "@spikeloop/expr/wasm";
import type { Backend, ScanArgs, ScanKernel, ScanResult } from "@spikeloop/backend";
import { cpuScan as simd } from "@spikeloop/cpu";
import { evaluateScan as evaluate } from "@spikeloop/backend/evaluator";

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
