import type { MapKernel, MapOperand } from "@spikeloop/backend";
import type { GpuStorage } from "./buffers.ts";
import { spread } from "./commands.ts";
import type { DeviceContext } from "./device.ts";
import type { Job } from "./job.ts";
import { MapPlan } from "./map_plan.ts";
import { declareBuffers, declareUniforms } from "./shader.ts";

/** The job of a plan, one thread per element. */
function mapJob(plan: MapPlan, results: number): Omit<Job, "outputs"> {
  const { size, arrays } = plan;
  const { workgroups, row } = spread(Math.ceil(size / 64));
  const uniforms = [size, row * 64];
  plan.putUniforms(uniforms);
  const sizeAt = arrays.length + results;
  return {
    label: "map",
    variant: plan.variant.at("map"),
    inputs: arrays,
    workgroups,
    uniforms,
    shader: (places, count, targets) => {
      const { statements, roots } = plan.print(places, sizeAt + 2);
      return `${declareUniforms(sizeAt + uniforms.length)}
${declareBuffers(count, targets)}
@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  let i = id.y * u(${sizeAt + 1}u) + id.x;
  if (i >= u(${sizeAt}u)) { return; }
  ${statements.join("\n  ")}
  ${roots.map((r, k) => `${targets[k]}[u(${arrays.length + k}u) + i] = ${r};`).join("\n  ")}
}`;
    },
  };
}

function runLate(context: DeviceContext, plan: MapPlan, result: GpuStorage): void {
  context.runInto([result], mapJob(plan, 1));
}

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
  const plan = new MapPlan(context, kernel, operands, shape, runLate);
  if (results === 1 && plan.size > 0 && plan.arrays.length > 0) return [context.defer(plan)];
  return context.run({ ...mapJob(plan, results), outputs: kernel.outputs.map(() => plan.size) });
}
