import type { Backend } from "@spikeloop/backend";
import { cpu } from "@spikeloop/cpu";
import type { RunConfig } from "./run_config.ts";

/** A device that computes, and the release of all that it holds. */
export interface Device extends Disposable {
  readonly backend: Backend;
}

/**
 * Opens the device of a run. Only a run on a GPU loads the code for it.
 *
 * @throws {Error} if there is no GPU.
 */
export async function openDevice({ device }: RunConfig): Promise<Device> {
  if (device === "cpu") return { backend: cpu, [Symbol.dispose]: () => {} };
  const { webgpu } = await import("@spikeloop/webgpu");
  const backend = await webgpu();
  return { backend, [Symbol.dispose]: () => backend.dispose() };
}
