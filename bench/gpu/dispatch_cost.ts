import { type Effort, secondsPerRun } from "./seconds_per_run.ts";

const shader = `
@group(0) @binding(0) var<uniform> k: vec4<u32>;
@group(0) @binding(1) var<storage, read> a: array<f32>;
@group(0) @binding(2) var<storage, read_write> b: array<f32>;
@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) { b[id.x] = a[id.x] + f32(k.x); }`;

/**
 * The seconds that the API and the driver take per dispatch of one workgroup, each of which waits
 * for the one before, where so many are submitted together.
 */
export async function dispatchCost(
  device: GPUDevice,
  perSubmit: number,
  effort: Effort,
): Promise<number> {
  const visibility = GPUShaderStage.COMPUTE;
  const types: GPUBufferBindingType[] = ["uniform", "read-only-storage", "storage"];
  const layout = device.createBindGroupLayout({
    entries: types.map((type, binding) => ({
      binding,
      visibility,
      buffer: { type, hasDynamicOffset: type === "uniform" },
    })),
  });
  const pipeline = device.createComputePipeline({
    layout: device.createPipelineLayout({ bindGroupLayouts: [layout] }),
    compute: { module: device.createShaderModule({ code: shader }), entryPoint: "main" },
  });
  const uniforms = device.createBuffer({ size: 256 * perSubmit, usage: GPUBufferUsage.UNIFORM });
  const usage = GPUBufferUsage.STORAGE;
  const buffers = [0, 1].map(() => device.createBuffer({ size: 256, usage }));
  const groups = [buffers, buffers.toReversed()].map(([from, to]) =>
    device.createBindGroup({
      layout,
      entries: [
        { binding: 0, resource: { buffer: uniforms, size: 256 } },
        { binding: 1, resource: { buffer: from } },
        { binding: 2, resource: { buffer: to } },
      ],
    })
  );
  const run = () => {
    const encoder = device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    for (let i = 0; i < perSubmit; i++) {
      pass.setPipeline(pipeline);
      pass.setBindGroup(0, groups[i % 2], [256 * i]);
      pass.dispatchWorkgroups(1);
    }
    pass.end();
    device.queue.submit([encoder.finish()]);
  };
  const settle = () => device.queue.onSubmittedWorkDone().then(() => {});
  const seconds = await secondsPerRun({ run, settle }, effort);
  for (const buffer of [uniforms, ...buffers]) buffer.destroy();
  return seconds / perSubmit;
}
