// The tests that run in other engines than Deno too: layers, losses and optimizers on the GPU.
import { webgpu, type WebGpuOptions } from "@spikeloop/webgpu";
import { linearSuite } from "./linear_suite.ts";
import { lossesSuite } from "./losses_suite.ts";
import { optimizerSuite } from "./optimizer_suite.ts";
import { trainingSuite } from "./training_suite.ts";

/** Registers the tests on a GPU; the function that it returns ends the use of the GPU. */
export async function register(options: WebGpuOptions = {}): Promise<() => void> {
  const gpu = await webgpu(options);
  for (const suite of [linearSuite, lossesSuite, optimizerSuite, trainingSuite]) {
    suite({ backend: gpu, exact: false });
  }
  return () => gpu.dispose();
}
