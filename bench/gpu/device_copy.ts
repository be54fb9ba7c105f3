import type { Workload } from "./workload.ts";

/** A copy inside the device's memory, which moves bytes as fast as any kernel can. */
export interface DeviceCopy extends Workload, Disposable {}

/** By a command, which may go to an engine of its own, or by a shader. */
export type CopyWay = "command" | "shader";

const copyShader = `
@group(0) @binding(0) var<storage, read> a: array<vec4<f32>>;
@group(0) @binding(1) var<storage, read_write> b: array<vec4<f32>>;
@compute @workgroup_size(256)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) n: vec3<u32>) {
  for (var i = id.x; i < arrayLength(&a); i += n.x * 256u) { b[i] = a[i]; }
}`;

/** The workgroups of the shader: enough to fill a large GPU. */
const mostWorkgroups = 8192;

/**
 * Copies half of `bytes`, which counts reads and writes.
 *
 * @throws {Error} if the device has not enough memory.
 */
export async function deviceCopy(
  device: GPUDevice,
  bytes: number,
  way: CopyWay,
): Promise<DeviceCopy> {
  const size = Math.ceil(bytes / 32) * 16;
  const usage = GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST | GPUBufferUsage.STORAGE;
  device.pushErrorScope("out-of-memory");
  device.pushErrorScope("validation");
  const [from, to] = [device.createBuffer({ size, usage }), device.createBuffer({ size, usage })];
  const record = way === "command"
    ? (encoder: GPUCommandEncoder) => encoder.copyBufferToBuffer(from, 0, to, 0, size)
    : recordShader(device, from, to);
  const errors = [await device.popErrorScope(), await device.popErrorScope()];
  const close = () => {
    from.destroy();
    to.destroy();
  };
  for (const error of errors) {
    if (!error) continue;
    close();
    throw new Error(`Cannot copy ${size} bytes on this GPU: ${error.message}`);
  }
  return {
    run: () => {
      const encoder = device.createCommandEncoder();
      record(encoder);
      device.queue.submit([encoder.finish()]);
    },
    settle: () => device.queue.onSubmittedWorkDone().then(() => {}),
    [Symbol.dispose]: close,
  };
}

function recordShader(device: GPUDevice, from: GPUBuffer, to: GPUBuffer) {
  const module = device.createShaderModule({ code: copyShader });
  const pipeline = device.createComputePipeline({
    layout: "auto",
    compute: { module, entryPoint: "main" },
  });
  const group = device.createBindGroup({
    layout: pipeline.getBindGroupLayout(0),
    entries: [from, to].map((buffer, binding) => ({ binding, resource: { buffer } })),
  });
  const workgroups = Math.min(mostWorkgroups, Math.ceil(from.size / 16 / 256));
  return (encoder: GPUCommandEncoder) => {
    const pass = encoder.beginComputePass();
    pass.setPipeline(pipeline);
    pass.setBindGroup(0, group);
    pass.dispatchWorkgroups(workgroups);
    pass.end();
  };
}
