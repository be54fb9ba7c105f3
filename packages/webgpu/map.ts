import type { MapKernel, MapOperand } from "@spikeloop/backend";
import type { GpuStorage } from "./buffers.ts";
import type { DeviceContext } from "./device.ts";
import { MapPlan } from "./map_plan.ts";

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
  const plan = new MapPlan(context, kernel, operands, shape);
  if (results === 1 && plan.size > 0 && plan.arrays.length > 0) return [context.defer(plan)];
  return context.run({ ...plan.job(results), outputs: kernel.outputs.map(() => plan.size) });
}
