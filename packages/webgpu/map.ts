import type { MapKernel, MapOperand } from "@spikeloop/backend";
import type { GpuStorage } from "./buffers.ts";
import type { DeviceContext } from "./device.ts";
import { LateMap } from "./late_map.ts";

/**
 * Evaluates a kernel. A single result is late: its only reader may be a kernel that computes it
 * along with its own. Several results lie side by side in one buffer.
 */
export function gpuMap(
  context: DeviceContext,
  kernel: MapKernel,
  operands: readonly MapOperand[],
  shape: readonly number[],
): GpuStorage[] {
  const results = kernel.outputs.length;
  const late = new LateMap(context, kernel, operands, shape);
  if (results === 1 && late.size > 0 && late.arrays.length > 0) return [context.late(late)];
  return context.run({ ...late.dispatch(results), outputs: kernel.outputs.map(() => late.size) });
}
