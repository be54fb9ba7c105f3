// The tests that run in other engines than Deno as well: nodes on the GPU and on the CPU.
import { cpu } from "@spikeloop/cpu";
import { webgpu, type WebGpuOptions } from "@spikeloop/webgpu";
import { customNodeSuite } from "./custom_node_suite.ts";
import { ilcGoldenSuite } from "./ilc_golden_suite.ts";
import { nodesGoldenSuite } from "./nodes_golden_suite.ts";

/** Registers the tests on a GPU and on the CPU; the result ends the use of the GPU. */
export async function register(options: WebGpuOptions = {}): Promise<() => void> {
  const gpu = await webgpu(options);
  ilcGoldenSuite({ backend: gpu, exact: false }, { smallCases: ["if"] });
  customNodeSuite({ backend: gpu, exact: false });
  ilcGoldenSuite({ backend: cpu });
  nodesGoldenSuite({ backend: cpu });
  return () => gpu.dispose();
}
