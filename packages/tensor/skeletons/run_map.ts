import { simdSupported } from "@spikeloop/expr/wasm";
import type { Backend, MapKernel, MapOperand, Storage } from "../backend.ts";
import { map as simd } from "../cpu/map.ts";
import { map as evaluate } from "../reference/map.ts";

/** `Skeletons.map`, by the backend or the CPU. */
export function runMap(
  backend: Backend,
  kernel: MapKernel,
  operands: readonly MapOperand[],
  shape: readonly number[],
): Storage[] {
  if (backend.map !== undefined) return backend.map(kernel, operands, shape);
  return simdSupported() ? simd(kernel, operands, shape) : evaluate(kernel, operands, shape);
}
