// The tests that run in other engines than Deno as well: nodes on the GPU and on the CPU.
import { cpu } from "@spikeloop/cpu";
import { webgpu, type WebGpuOptions } from "@spikeloop/webgpu";
import { customNodeSuite } from "./custom_node_suite.ts";
import { ilcNodesSuite } from "./ilc_nodes_suite.ts";
import { plainNodesSuite } from "./plain_nodes_suite.ts";

/** Every surrogate, shape, set of parameters and smooth forward pass with one kind of reset. */
const onceEach = /^(base_.*_hard0p0|shape_.*_Rect_soft|nondefault._hardm0p2|primitive_.*_soft)$/;

/** Registers the tests on a GPU and on the CPU; the result ends the use of the GPU. */
export async function register(options: WebGpuOptions = {}): Promise<() => void> {
  const gpu = await webgpu(options);
  ilcNodesSuite({ backend: gpu, exact: false }, { smallCases: ["if"], names: onceEach });
  customNodeSuite({ backend: gpu, exact: false });
  ilcNodesSuite({ backend: cpu });
  plainNodesSuite({ backend: cpu });
  return () => gpu.dispose();
}
