// The tests that run in other engines than Deno as well: layers, losses and optimizers train on the
// GPU.
import { webgpu, type WebGpuOptions } from "@spikeloop/webgpu";
import { trainingSuite } from "./training_suite.ts";

/** Registers the tests on a GPU; what it gives ends its use. */
export async function register(options: WebGpuOptions = {}): Promise<() => void> {
  const gpu = await webgpu(options);
  trainingSuite({ backend: gpu, exact: false });
  return () => gpu.dispose();
}
