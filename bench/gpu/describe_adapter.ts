import type { WebGpu } from "@spikeloop/webgpu";

/** Whether the GPU is a program on the CPU, judged by its driver's name. */
export function isSoftware({ info, device }: WebGpu): boolean {
  return device.adapterInfo?.isFallbackAdapter === true ||
    /llvmpipe|lavapipe|swiftshader|software|basic render/i.test(info.description);
}

/** Returns the name of the GPU, with a warning where it is a program on the CPU. */
export function describeAdapter(gpu: WebGpu): string {
  const name = gpu.info.description || gpu.info.vendor || "a GPU without a name";
  return isSoftware(gpu)
    ? `${name}: a software adapter, for correctness only; its times say nothing about GPUs`
    : name;
}
