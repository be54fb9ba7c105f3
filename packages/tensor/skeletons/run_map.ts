import type { Backend, MapKernel, MapOperand, Storage } from "@spikeloop/backend";
import { evaluateMap } from "@spikeloop/backend/evaluator";
import { cpuMap, isWorthCompiling } from "@spikeloop/cpu";
import { simdSupported } from "@spikeloop/expr/wasm";
import { sizeOf } from "@spikeloop/backend";

/** `Skeletons.map`, by the backend or the CPU, where a kernel that is seldom run is evaluated instead of compiled. */
export function runMap(
  backend: Backend,
  kernel: MapKernel,
  operands: readonly MapOperand[],
  shape: readonly number[],
): Storage[] {
  if (backend.map !== undefined) return backend.map(kernel, operands, shape);
  return simdSupported() && isWorthCompiling(kernel, sizeOf(shape))
    ? cpuMap(kernel, operands, shape)
    : evaluateMap(kernel, operands, shape);
}
