// The tests that run in other engines than Deno too: special values and errors on the GPU.
import { webgpu, type WebGpuOptions } from "@spikeloop/webgpu";
import { errorsSuite } from "./errors_suite.ts";
import { functionsSuite } from "./functions_suite.ts";
import { recomputationSuite } from "./recomputation_suite.ts";
import { specialValuesSuite } from "./special_values_suite.ts";

/** Registers the tests on a GPU; the function that it returns ends the use of the GPU. */
export async function register(options: WebGpuOptions = {}): Promise<() => void> {
  const gpu = await webgpu(options);
  functionsSuite(gpu);
  specialValuesSuite(gpu);
  recomputationSuite(gpu);
  errorsSuite(options);
  return () => gpu.dispose();
}
