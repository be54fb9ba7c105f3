import { type WebGpu, webgpu } from "@spikeloop/webgpu";
import { testUnless } from "./test_unless.ts";

/** Why tests on a GPU cannot run here; undefined where they can. */
export async function noGpu(): Promise<string | undefined> {
  return await webgpu.isSupported() ? undefined : "no WebGPU adapter";
}

/**
 * Registers tests on the GPU by calling `register` with it. Without a GPU, one ignored test named
 * `what` stands for them all.
 *
 * @example
 * ```ts ignore
 * import { onGpu } from "@spikeloop/dev";
 *
 * await onGpu("populations", (backend) => populationSuite({ backend, exact: false }));
 * ```
 */
export async function onGpu(what: string, register: (gpu: WebGpu) => void): Promise<void> {
  const reason = await noGpu();
  if (reason !== undefined) return testUnless(reason, `${what} on the GPU`, () => {});
  const gpu = await webgpu();
  register(gpu);
  Deno.test.afterAll(() => gpu.dispose());
}
