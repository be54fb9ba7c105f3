import type { Workload } from "./workload.ts";

/** A copy inside the device's memory, which moves bytes as fast as any kernel can. */
export interface DeviceCopy extends Workload, Disposable {}

/**
 * Copies half of `bytes`, which counts reads and writes.
 *
 * @throws {Error} if the device has not enough memory.
 */
export async function deviceCopy(device: GPUDevice, bytes: number): Promise<DeviceCopy> {
  const size = Math.ceil(bytes / 8) * 4;
  const usage = GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;
  device.pushErrorScope("out-of-memory");
  device.pushErrorScope("validation");
  const [from, to] = [device.createBuffer({ size, usage }), device.createBuffer({ size, usage })];
  const errors = [await device.popErrorScope(), await device.popErrorScope()];
  const close = () => {
    from.destroy();
    to.destroy();
  };
  for (const error of errors) {
    if (error === null) continue;
    close();
    throw new Error(`Cannot copy ${size} bytes on this GPU: ${error.message}`);
  }
  return {
    run: () => {
      const encoder = device.createCommandEncoder();
      encoder.copyBufferToBuffer(from, 0, to, 0, size);
      device.queue.submit([encoder.finish()]);
    },
    settle: () => device.queue.onSubmittedWorkDone().then(() => {}),
    [Symbol.dispose]: close,
  };
}
