/**
 * The GPU as a backend: every program written for the CPU runs on it by creating its tensors there.
 *
 * @module
 */
export {
  type GpuInfo,
  type WebGpu,
  webgpu,
  type WebGpuFactory,
  type WebGpuOptions,
} from "./webgpu.ts";
