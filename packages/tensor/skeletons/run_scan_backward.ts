import { simdSupported } from "@spikeloop/expr/wasm";
import type {
  Backend,
  LateralRecord,
  ScanArgs,
  ScanCotangents,
  ScanGradients,
  ScanKernel,
  ScanWants,
  Skeletons,
  Storage,
} from "@spikeloop/backend";
import {
  cpuLateralGradient as simdLateral,
  cpuParamGradient as simdParam,
  cpuScanBackward as simd,
} from "@spikeloop/cpu";
import {
  evaluateLateralGradient as evaluateLateral,
  evaluateParamGradient as evaluateParam,
  evaluateScanBackward as evaluate,
} from "@spikeloop/backend/evaluator";

/** `Skeletons.scanBackward`, by the backend or the CPU. */
export function runScanBackward(
  backend: Backend,
  kernel: ScanKernel,
  args: ScanArgs,
  out: Storage,
  cotangents: ScanCotangents,
  wants: ScanWants,
): ScanGradients {
  if (backend.scanBackward !== undefined) {
    return backend.scanBackward(kernel, args, out, cotangents, wants);
  }
  return simdSupported()
    ? simd(kernel, args, out, cotangents, wants)
    : evaluate(kernel, args, out, cotangents, wants);
}

/** `Skeletons.lateralGradient`, by the backend or the CPU. */
export function runLateralGradient(
  backend: Backend,
  records: readonly LateralRecord[],
  extents: Parameters<Skeletons["lateralGradient"]>[1],
): ReturnType<Skeletons["lateralGradient"]> {
  if (backend.lateralGradient !== undefined) return backend.lateralGradient(records, extents);
  return simdSupported() ? simdLateral(records, extents) : evaluateLateral(records, extents);
}

/** `Skeletons.paramGradient`, by the backend or the CPU. */
export function runParamGradient(
  backend: Backend,
  rows: readonly Storage[],
  batch: number,
  units: number,
): Storage {
  if (backend.paramGradient !== undefined) return backend.paramGradient(rows, batch, units);
  return simdSupported() ? simdParam(rows, batch, units) : evaluateParam(rows, batch, units);
}
