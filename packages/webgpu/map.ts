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
  const uniforms = [size, row * 64, ...plan.uniforms];
  const sizeAt = arrays.length + results;
  return {
    label: "map",
    key: plan.key,
    inputs: arrays,
    workgroups,
    uniforms,
    shader: (places, count) => {
      const { statements, roots } = plan.print(places, sizeAt + 2);
      return `${declareUniforms(sizeAt + uniforms.length)}
${declareBuffers(count)}
@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  let i = id.y * u(${sizeAt + 1}u) + id.x;
  if (i >= u(${sizeAt}u)) { return; }
  ${statements.join("\n  ")}
  ${roots.map((r, k) => `result[u(${arrays.length + k}u) + i] = ${r};`).join("\n  ")}
}`;
    },
  };
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
  const plan = new MapPlan(
    kernel,
    operands.map((o) =>
      typeof o === "number" ? o : { storage: context.take(o.storage), strides: o.strides }
    ),
    shape,
    (storage) => context.own(storage),
    (plan, storage) => context.runInto([storage], mapJob(plan, 1)),
  );
  const results = kernel.outputs.length;
  if (results === 1 && plan.size > 0 && plan.arrays.length > 0) return [context.defer(plan)];
  return context.run({ ...mapJob(plan, results), outputs: kernel.outputs.map(() => plan.size) });
}
