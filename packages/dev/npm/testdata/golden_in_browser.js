// How many golden cases the package passes in a page: all on the CPU, some on the GPU.
import { simdSupported } from "spikeloop/expr/wasm";
import { webgpu } from "spikeloop/webgpu";
import { checkGolden } from "./golden.js";
import cubalif from "./cubalif.json";
import integrateAndFire from "./if.json";
import lif from "./lif.json";

export async function run() {
  const gpu = await webgpu();
  const counts = { simd: simdSupported(), cpu: 0, gpu: 0 };
  for (const cases of [integrateAndFire, lif, cubalif]) {
    counts.cpu += await checkGolden(cases);
    counts.gpu += await checkGolden(cases.slice(0, 3), gpu);
  }
  gpu.dispose();
  return counts;
}
